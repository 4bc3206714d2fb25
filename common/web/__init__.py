"""What views share: access, rendering, languages, security headers, input that was not saved yet."""
