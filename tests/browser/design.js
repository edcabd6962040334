() => {
  const styles = ["color", "background-color", "padding", "margin-top", "margin-bottom", "border-top",
    "border-left", "border-radius", "font-size", "font-weight", "font-style", "line-height", "display",
    "gap", "min-height", "box-shadow", "opacity", "text-align", "position", "text-decoration-line",
    "white-space", "list-style-type", "visibility", "z-index"];
  const plain = document.createElement("span");
  document.body.append(plain);
  const inherited = ["color", "font-size", "font-weight", "font-style", "line-height", "text-align",
    "white-space", "list-style-type", "visibility"];
  const usual = {}, found = {};
  for (const name of styles) usual[name] = getComputedStyle(plain)[name];
  plain.remove();
  const parts = [...document.querySelectorAll("section[id], #side, .head, #notices, #foot")];
  for (const part of parts) {
    const from = part.getBoundingClientRect();
    for (const element of part.querySelectorAll("*")) {
      if (element.closest("svg, select > *, noscript, [popover]:not(#side)") || element.matches("input[type=hidden]")) continue;
      const place = part.id || part.className;
      const name = `${place} ${element.localName}${[...element.classList].map((c) => "." + c).join("")}`;
      if (name in found) continue;
      const style = getComputedStyle(element), box = element.getBoundingClientRect(), kept = {};
      const above = getComputedStyle(element.parentElement);
      for (const key of styles) {
        const expected = inherited.includes(key) ? above[key] : usual[key];
        const none = key.startsWith("border-") ? style[key].startsWith("0px ")
          : key.startsWith("margin-") && parseFloat(style[key]) > 64; // what is left over
        if (style[key] !== expected && !none) kept[key] = style[key];
      }
      Object.assign(kept, { x: Math.round(box.x - from.x), w: Math.round(box.width), h: Math.round(box.height) });
      found[name] = kept;
    }
  }
  return found;
}
