// Asks the browser for a passkey, or for a new one, and sends what it answers as a form.

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (descriptors) => (descriptors ?? []).map((descriptor) => ({ ...descriptor, id: decode(descriptor.id) }));

const ask = {
  get: (options) =>
    navigator.credentials.get({
      publicKey: { ...options, challenge: decode(options.challenge), allowCredentials: withBytes(options.allowCredentials) },
    }),
  create: (options) =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: decode(options.challenge),
        user: { ...options.user, id: decode(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      },
    }),
};

// PublicKeyCredential.toJSON is younger than passkeys are.
function toJSON(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: encode(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = encode(response[name]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

function tell(form, sentence) {
  document.querySelector(".alert")?.remove();
  const alert = document.createElement("div");
  alert.className = "alert alert-error errorMessage-customizable";
  alert.setAttribute("role", "alert");
  const paragraph = document.createElement("p");
  alert.append(paragraph);
  form.before(alert);
  paragraph.textContent = sentence;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sent) return;
    if (!window.PublicKeyCredential) {
      tell(form, form.dataset.unsupported);
      return;
    }
    form.dataset.sent = "true";
    try {
      const credential = await ask[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.namedItem("credential").value = JSON.stringify(toJSON(credential));
      form.submit();
    } catch {
      delete form.dataset.sent;
      tell(form, form.dataset.failed);
    }
  });
}
