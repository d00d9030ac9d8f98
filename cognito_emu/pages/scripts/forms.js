// Comforts. Every page works without them.

// A form is sent once: a second click while the first is under way does nothing. A page that comes back from the cache can be sent again.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "true";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const toggle of document.querySelectorAll("button[data-toggle]")) {
  const input = document.getElementById(toggle.dataset.toggle);
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    toggle.setAttribute("aria-pressed", String(!shown));
    input.focus();
  });
}

// Codes are pasted with spaces around them, and sometimes inside.
for (const input of document.querySelectorAll("input[data-code]")) {
  input.addEventListener("input", () => {
    const bare = input.value.replace(/\s+/g, "");
    if (bare !== input.value) input.value = bare;
  });
}

// The server judges passwords; this only ticks its rules off while the user types.
const RULES = {
  length: (password, count) => password.length >= count,
  lowercase: (password) => /[a-z]/.test(password),
  uppercase: (password) => /[A-Z]/.test(password),
  number: (password) => /[0-9]/.test(password),
  symbol: (password) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/.test(password.trim()),
};
for (const list of document.querySelectorAll("[data-rules-of]")) {
  const input = document.getElementById(list.dataset.rulesOf);
  const judge = () => {
    for (const item of list.children) {
      const fits = RULES[item.dataset.rule](input.value, Number(item.dataset.count));
      item.classList.toggle("passwordCheck-valid-customizable", fits);
      item.classList.toggle("passwordCheck-notValid-customizable", !fits);
    }
  };
  input.addEventListener("input", judge);
  judge();
}

// An email address leads to the company's identity provider by its domain.
for (const input of document.querySelectorAll("input[data-domain-of]")) {
  const target = input.form.elements.namedItem(input.dataset.domainOf);
  input.form.addEventListener("submit", () => { target.value = input.value.split("@").pop().trim().toLowerCase(); }, true);
}
