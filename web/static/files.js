// Files to be sent: a camera gives one picture at a time, so what is chosen later is added, and can be taken out again.
// What the server would refuse is not first sent over a slow line, and large pictures are drawn smaller before.
// Everything works without it.
const MB = 1024 * 1024;

// Whether a picture's file reaches its end. Some browsers draw what is missing grey and say nothing: a torn file goes as it
// is, and the server refuses it. Telephones append films behind the end of a JPEG, so its parts are walked as the server does.
const reachesItsEnd = async (file) => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x89) return String.fromCharCode(...bytes.slice(-8, -4)) === "IEND";
  if (bytes[0] === 0x52) return new DataView(bytes.buffer).getUint32(4, true) + 8 <= bytes.length;
  for (let at = 2; (at = bytes.indexOf(0xff, at)) >= 0; ) {
    const marker = bytes[at + 1];
    if (marker === 0xd9) return true;
    if (!marker || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) at += 1;
    else if (at + 3 >= bytes.length) return false;
    else at += 2 + 256 * bytes[at + 2] + bytes[at + 3];
  }
  return false;
};

// A picture of at most SIDE pixels along, which still shows the small print of an A4 page; null where the original is
// as good: small already, not smaller for it, nothing that this browser can draw, or too much for a telephone's memory.
const smaller = (() => {
  const LIGHT = 0.3 * MB, LARGE = MB, HEAVY = 20 * MB, SIDE = 2200, QUALITY = 0.85, PATIENCE = 20000;
  const drawn = async (file) => {
    if (!(await reachesItsEnd(file))) return null;
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const canvas = document.createElement("canvas");
    try {
      const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size <= LARGE) return null;
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const pen = canvas.getContext("2d", { alpha: false });
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      if (!blob || blob.type !== "image/jpeg" || blob.size >= file.size) return null;
      return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: blob.type, lastModified: file.lastModified });
    } finally {
      picture.close();
      canvas.width = canvas.height = 0; // a telephone's memory, at once
    }
  };
  let tired = false; // what takes too long once is not tried again
  return (file) => {
    if (tired || file.size <= LIGHT || file.size > HEAVY) return null;
    let timer;
    const late = new Promise((done) => { timer = setTimeout(() => { tired = true; done(null); }, PATIENCE); });
    return Promise.race([drawn(file).catch(() => null), late]).finally(() => clearTimeout(timer));
  };
})();

for (const e of document.querySelectorAll("input[data-most]")) {
  const of = (name) => e.form.querySelector(`[data-${name}]`);
  const list = of("chosen"), weight = of("weight"), original = of("original");
  original.checked = false; // some browsers give a tick back to a page that is loaded again, where nobody sees it yet
  const number = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const sum = (files) => files.reduce((all, file) => all + file.size, 0);
  const size = (bytes) => number.format(Math.max(0.1, bytes / MB));
  const say = (words, blanks) => {
    weight.textContent = weight.dataset[words].replace(/\{(\w+)\}/g, (blank, name) => blanks[name]);
    weight.hidden = false;
  };
  // Of each that was chosen: the file, whether it is still to be looked at, and what goes in its place.
  let chosen = [], working = false, held = null;
  const sent = (each) => (original.checked ? each.file : each.less || each.file);
  const waits = (each) => each.waits && !original.checked;
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  const known = (file) => chosen.some((each) => same(each.file, file) || (each.less && same(each.less, file)));

  const put = () => {
    const carried = new DataTransfer();
    for (const each of chosen) carried.items.add(sent(each));
    e.files = carried.files;
  };
  const tell = (busy) => {
    const files = chosen.map(sent), whole = sum(chosen.map((each) => each.file)), all = sum(files);
    original.closest("div").hidden = !chosen.some((each) => each.less);
    weight.hidden = !chosen.length;
    if (busy) say("smaller", { number: chosen.indexOf(busy) + 1, count: chosen.length });
    else if (chosen.length) say(all < whole ? "made" : "sum", { count: chosen.length, size: size(all), whole: size(whole) });
    const large = !busy && (files.some((file) => file.size > e.dataset.most * MB) || all > e.dataset.together * MB);
    const wrong = large ? e.dataset.tooLarge : files.length > e.dataset.count ? e.dataset.tooMany : "";
    e.setCustomValidity(wrong);
    if (wrong) e.reportValidity();
  };
  const show = () => {
    list.replaceChildren(...chosen.map((each) => {
      const row = document.createElement("li"), out = document.createElement("button"), name = document.createElement("span");
      name.className = "hidden";
      name.textContent = ` ${each.file.name}`;
      out.type = "button";
      out.className = "link";
      out.append(e.dataset.takeOut, name);
      out.addEventListener("click", () => { take(chosen.filter((other) => other !== each)); e.focus(); });
      row.append(`${each.file.name} `, out);
      return row;
    }));
    list.hidden = !chosen.length;
  };
  // One after the other, so that a telephone holds one picture at a time.
  const work = async () => {
    working = true;
    try {
      for (let next; (next = chosen.find(waits)); ) {
        next.waits = false;
        tell(next);
        next.less = await smaller(next.file);
        put();
      }
    } finally {
      const by = held;
      working = false;
      held = null;
      tell();
      if (by) e.form.requestSubmit(by);
    }
  };
  const take = (each) => {
    chosen = each;
    put();
    show();
    if (!working) work();
  };
  const add = () => take([...chosen, ...[...e.files].filter((file) => !known(file)).map((file) => (
    { file, less: null, waits: file.type.startsWith("image/") && e.accept.includes(file.type) }))]);
  e.addEventListener("change", add);
  original.addEventListener("change", () => take(chosen));
  e.form.addEventListener("submit", (told) => {
    if (told.defaultPrevented || !chosen.length) return;
    if (working && told.submitter && e.form.requestSubmit) {
      told.preventDefault();
      held = told.submitter;
      weight.scrollIntoView({ block: "nearest" });
    } else {
      say("sending", { count: chosen.length, size: size(sum(chosen.map(sent))) });
    }
  });
  if (e.files.length) add(); // some browsers give them back to a page that is loaded again
}
