// Passkeys: the browser makes or asks a key; every decision is the server's.
(function () {
  var forms = document.querySelectorAll("form[data-passkey]");
  if (!window.PublicKeyCredential || !window.isSecureContext) return;
  document.querySelectorAll("[data-no-passkey]").forEach(function (one) { one.hidden = true; });

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function read(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (options[list] || []).forEach(function (one) { one.id = bytes(one.id); });
    });
    return options;
  }
  function written(made) {
    var said = { id: made.id, rawId: text(made.rawId), type: made.type, response: {}, clientExtensionResults: {} };
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (made.response[part]) said.response[part] = text(made.response[part]);
    });
    return said;
  }
  function send(url, body, token) {
    return fetch(url, { method: "POST", body: body, headers: { "X-CSRFToken": token }, credentials: "same-origin" })
      .then(function (answer) {
        return answer.json().then(function (said) {
          if (!answer.ok) throw new Error(said.error);
          return said;
        });
      });
  }

  forms.forEach(function (form) {
    var making = form.dataset.passkey === "create";
    var said = form.querySelector("[data-said]");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      said.hidden = true;
      var token = form.elements.csrfmiddlewaretoken.value;
      send(form.dataset.begin, new FormData(form), token)
        .then(function (options) {
          var asked = { publicKey: read(options) };
          return making ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
        })
        .then(function (made) {
          var answer = written(made);
          if (making) answer.name = form.elements.name.value;
          return send(form.dataset.finish, JSON.stringify(answer), token);
        })
        .then(function (done) {
          if (!done.codes || !done.codes.length) { window.location.assign(done.next); return; }
          var shown = form.querySelector("[data-codes]");
          shown.querySelector("pre").textContent = done.codes.join("\n");
          shown.hidden = false;
          shown.scrollIntoView();
        })
        .catch(function (fault) {
          said.textContent = fault instanceof DOMException ? form.dataset.refused || fault.message : fault.message;
          said.hidden = false;
        });
    });
  });
})();
