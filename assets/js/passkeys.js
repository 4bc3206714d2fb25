/* Passkeys: asks the site what to ask of the browser, and sends the browser's answer with the form.
   A form with data-passkey="make" or "prove" carries data-options (where the options are) and its texts. */
(function () {
  "use strict";

  function bytes(text) {
    var plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function describe(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  function ask(kind, options) {
    options.challenge = bytes(options.challenge);
    if (kind === "make") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = describe(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = describe(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }

  function answer(found) {
    var given = found.response;
    var response = { clientDataJSON: text(given.clientDataJSON) };
    if (given.attestationObject) {
      response.attestationObject = text(given.attestationObject);
      response.transports = given.getTransports ? given.getTransports() : [];
    } else {
      response.authenticatorData = text(given.authenticatorData);
      response.signature = text(given.signature);
      response.userHandle = given.userHandle ? text(given.userHandle) : null;
    }
    return { id: found.id, rawId: text(found.rawId), type: found.type, response: response, clientExtensionResults: {} };
  }

  function say(form, message) {
    var line = form.querySelector("[data-passkey-status]");
    line.textContent = "";
    window.setTimeout(function () { line.textContent = message; }, 50);
  }

  function release(form) {
    delete form.dataset.sending;
    form.querySelectorAll("button[aria-disabled]").forEach(function (one) { one.removeAttribute("aria-disabled"); });
  }

  function begin(form) {
    var kind = form.dataset.passkey;
    return fetch(form.dataset.options, { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (reply) {
        if (!reply.ok || reply.redirected) { throw new Error("no options"); }
        return reply.json();
      })
      .then(function (options) { return ask(kind, options); })
      .then(function (found) {
        form.elements.credential.value = JSON.stringify(answer(found));
        form.submit();
      });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (!window.PublicKeyCredential) {
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        release(form);
        say(form, form.dataset.unknownText);
      });
      return;
    }
    form.addEventListener("submit", function (event) {
      var name = form.elements.naam;
      if (name && !name.value.trim()) { return; } /* the site says what is wrong with it */
      event.preventDefault();
      begin(form).catch(function (error) {
        release(form);
        var texts = { NotAllowedError: form.dataset.cancelledText, InvalidStateError: form.dataset.knownText };
        say(form, texts[error.name] || form.dataset.failedText);
      });
    });
  });
}());
