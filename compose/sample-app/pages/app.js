// The authorization code flow with PKCE (RFC 7636), in the browser alone: a public client has no secret to keep.

const config = await (await fetch("config")).json();
const element = (id) => document.getElementById(id);

function show(message, ...buttons) {
  element("message").textContent = message;
  for (const button of document.querySelectorAll("button")) button.hidden = !buttons.includes(button.id);
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function signIn() {
  const verifier = random();
  const state = random();
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  sessionStorage.setItem("attempt", JSON.stringify({ verifier, state }));
  location.href = `${config.cognito}/oauth2/authorize?` + new URLSearchParams({
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    response_type: "code",
    scope: "openid email",
    state,
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: "S256",
  });
}

// Back from the login with `?code=…&state=…`: the code becomes tokens, once, and leaves the address bar.
async function finishSignIn(answer) {
  const attempt = JSON.parse(sessionStorage.getItem("attempt") ?? "{}");
  sessionStorage.removeItem("attempt");
  history.replaceState(null, "", location.pathname);
  if (!attempt.state || answer.get("state") !== attempt.state) throw new Error("this is not the sign-in that was begun here");
  if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));
  const response = await fetch(`${config.cognito}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.clientId,
      redirect_uri: config.redirectUri,
      code: answer.get("code"),
      code_verifier: attempt.verifier,
    }),
  });
  const tokens = await response.json();
  if (!response.ok) throw new Error(tokens.error);
  sessionStorage.setItem("accessToken", tokens.access_token);
}

async function callApi() {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem("accessToken")}` };
  const response = await fetch("api/hello", { headers });
  if (response.status === 401) {
    sessionStorage.removeItem("accessToken");
    show("Your session has ended.", "sign-in");
  } else {
    show((await response.json()).message, "call", "sign-out");
  }
}

function signOut() {
  sessionStorage.removeItem("accessToken");
  location.href = `${config.cognito}/logout?` + new URLSearchParams({ client_id: config.clientId, logout_uri: config.redirectUri });
}

element("sign-in").onclick = signIn;
element("sign-out").onclick = signOut;
element("call").onclick = callApi;

try {
  const answer = new URLSearchParams(location.search);
  if (answer.has("state")) await finishSignIn(answer);
  if (sessionStorage.getItem("accessToken")) await callApi();
  else show("You are not signed in.", "sign-in");
} catch (error) {
  show(`Signing in failed: ${error.message}`, "sign-in");
}
