"""Pages of a draft form that need more than the form itself: how an authority will see it, and its workbook."""
