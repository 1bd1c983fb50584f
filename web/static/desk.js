// The menu of the header: Escape closes it and gives the focus back.
(() => {
  "use strict";
  const menu = document.querySelector("details.menu");
  if (!menu) return;
  menu.addEventListener("keydown", (told) => {
    if (told.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();

// The year on a narrow page begins with this month; without script a link leads there.
(() => {
  "use strict";
  const view = document.querySelector("[data-from]");
  const from = view && document.getElementById(view.dataset.from);
  const names = view && view.querySelector("ol");
  if (from) view.scrollLeft = from.getBoundingClientRect().left - names.getBoundingClientRect().right;
})();

// Going back, some browsers show a page as it was left: a form that was sent, or what was read before the sign-out.
window.addEventListener("pageshow", (told) => {
  if (told.persisted) location.replace(location.pathname + location.search);
});

// Keeps what is typed in a form in this browser until it was recorded: a lost connection or an ended session costs nothing.
// Everything works without it.
(() => {
  "use strict";
  const store = (() => { try { const s = window.localStorage; s.setItem("k", ""); s.removeItem("k"); return s; } catch { return null; } })();
  if (!store) return;
  const LASTS = 14 * 24 * 3600 * 1000;
  const who = document.body.dataset.who || "";
  const keyOf = (form) => `kehoach:${who}:${form.dataset.keep}`;
  const fields = (form) => [...form.elements].filter((e) => e.name && !["hidden", "file", "password", "submit"].includes(e.type));

  // What is old, and on a page that says it was recorded what that was.
  for (const key of Object.keys(store)) {
    if (!key.startsWith("kehoach:")) continue;
    try { if (Date.now() - JSON.parse(store.getItem(key)).at > LASTS) store.removeItem(key); } catch { store.removeItem(key); }
  }
  const recorded = document.querySelector("[data-recorded]");
  if (recorded) {
    const key = `kehoach:${who}:${recorded.dataset.recorded}`;
    // Another filling of the same form, in another window or begun since, stays.
    if ((JSON.parse(store.getItem(key)) || {}).request === recorded.dataset.request) store.removeItem(key);
  }

  for (const form of document.querySelectorAll("form[data-keep]")) {
    const mark = form.querySelector("[data-kept-note]");
    const save = () => {
      const said = {};
      for (const e of fields(form)) if (e.type === "radio" || e.type === "checkbox" ? e.checked : e.value) said[e.name] = e.value;
      try { store.setItem(keyOf(form), JSON.stringify({ at: Date.now(), request: form.elements.request_id.value, said })); if (mark) mark.hidden = false; } catch { /* full or forbidden */ }
    };
    let kept = null;
    try { kept = JSON.parse(store.getItem(keyOf(form))); } catch { /* not ours */ }
    // What the server sends back after a refusal is newer than what lies here.
    if (kept && !form.dataset.filled) {
      for (const e of fields(form)) {
        if (!(e.name in kept.said)) continue;
        if (e.type === "radio" || e.type === "checkbox") e.checked = e.value === kept.said[e.name];
        else e.value = kept.said[e.name];
      }
      if (mark) mark.hidden = false;
    }
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    const offline = form.querySelector("[data-offline-note]");
    form.addEventListener("submit", (e) => {
      save();
      if (!offline || navigator.onLine) return;
      e.preventDefault();
      offline.hidden = false;
    });
    window.addEventListener("online", () => { if (offline) offline.hidden = true; });
  }
  const problem = document.getElementById("problem");
  if (problem) problem.focus();
})();
