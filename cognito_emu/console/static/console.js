// Keeps open pages up to date, times true and codes one click away. Every page works without it.
"use strict";

// On a narrow screen the navigation scrolls: begin where the page is. Not by scrollIntoView, from where Tab would go on.
const here = document.querySelector(".bar nav [aria-current]");
if (here) here.closest("nav").scrollLeft = here.offsetLeft - (here.closest("nav").clientWidth - here.offsetWidth) / 2;

// -- copying

const teller = document.querySelector("#teller");

async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard outside of https and localhost: let the browser copy a selection.
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  button.classList.add("done");
  teller.textContent = "Copied";
  setTimeout(() => {
    button.classList.remove("done");
    teller.textContent = "";
  }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  for (const popover of document.querySelectorAll("details.popover[open]")) {
    if (!popover.contains(event.target)) popover.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const popover = event.target.closest("details.popover[open]") ?? document.querySelector("details.popover[open]");
  if (popover) {
    popover.open = false;
    popover.querySelector("summary").focus();
  }
});

// A popover that opens puts the cursor where typing begins.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.popover[open]")) event.target.querySelector(".panel :is(input:not([type=hidden]), select, textarea)")?.focus();
}, true);

// -- times, by the emulator's clock

let ahead = Number(document.body.dataset.now) - Date.now() / 1000;
const now = () => Date.now() / 1000 + ahead;
const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

function duration(seconds) {
  const rest = Math.abs(seconds);
  const index = units.findIndex(([size, name]) => rest >= size || name === "s");
  const [size, name] = units[index];
  const whole = Math.floor(rest / size);
  if (index + 1 === units.length || whole >= 10) return `${whole} ${name}`;
  const [smallerSize, smaller] = units[index + 1];
  const smallerWhole = Math.floor((rest % size) / smallerSize);
  return smallerWhole ? `${whole} ${name} ${smallerWhole} ${smaller}` : `${whole} ${name}`;
}

function relative(at) {
  const difference = now() - at;
  if (Math.abs(difference) < 1) return "now";
  return difference > 0 ? `${duration(difference)} ago` : `in ${duration(difference)}`;
}

function tellTime() {
  for (const time of document.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at));
  for (const face of document.querySelectorAll("[data-face]")) {
    face.textContent = new Date((now() - Number(face.dataset.face)) * 1000).toISOString().slice(11, 19);
  }
}

setInterval(tellTime, 1000);

// -- staying up to date: an event names a topic, the page fetches itself again and takes over the regions of that topic

const regions = (page, topic) => [...page.querySelectorAll("[data-live]")].filter((region) => !topic || region.dataset.live.split(" ").includes(topic));
// What differs at every rendering and means nothing: how long ago something was, and the mask of the form's token.
const content = (region) => region.innerHTML.replace(/<time[^>]*>[^<]*<\/time>/g, "").replace(/name="_xsrf" value="[^"]*"/g, "");

function takeOver(region, fresh) {
  if (content(region) === content(fresh)) return;
  const selection = document.getSelection();
  if (!selection.isCollapsed && region.contains(selection.anchorNode)) return; // somebody is about to copy from it
  const known = new Set([...region.querySelectorAll("[data-key]")].map((row) => row.dataset.key));
  const focused = region.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : undefined;
  const scrolled = region.scrollTop;
  region.innerHTML = fresh.innerHTML;
  region.scrollTop = scrolled;
  for (const row of region.querySelectorAll("[data-key]")) {
    if (!known.has(row.dataset.key)) row.classList.add("fresh");
    if (row.dataset.key === focused) row.querySelector("a, button")?.focus({ preventScroll: true });
  }
}

const wanted = new Set();
let busy = false;

async function refresh(...topics) {
  for (const topic of topics) wanted.add(topic);
  if (busy) return;
  busy = true;
  try {
    while (wanted.size) {
      const round = [...wanted];
      wanted.clear();
      await fetchAgain(round);
    }
  } catch {
    // The emulator is being restarted: the stream connects again by itself, and says so.
  } finally {
    busy = false;
  }
}

async function fetchAgain(topics) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  ahead = Number(page.body.dataset.now) - Date.now() / 1000;
  for (const region of new Set(topics.flatMap((topic) => regions(document, topic)))) {
    const fresh = page.getElementById(region.id);
    if (fresh) takeOver(region, fresh);
  }
  tellTime();
}

let stream;

function listen() {
  if (stream || regions(document).length === 0) return;
  stream = new EventSource("/_emu/ui/events");
  stream.addEventListener("open", () => {
    document.body.classList.add("live");
    refresh("inbox", "calls", "triggers"); // whatever happened before the stream stood
  });
  stream.addEventListener("change", (event) => {
    if (regions(document, event.data).length) refresh(event.data);
  });
}

// Browsers allow six connections to a host: a page that nobody sees holds none.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
  } else {
    listen();
  }
});
if (!document.hidden) listen();

// An authorization code works once; it has no business in the address or the history.
if (document.querySelector("[data-drop-query]")) history.replaceState(null, "", location.pathname);
