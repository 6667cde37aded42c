// Keying from paper with the keyboard alone. Gloss only: the page is a plain form without it.
// The arrows of the paper are followed as they are printed; every rule is judged by the server.
(function () {
  var form = document.querySelector("form.keying");
  if (!form) return;
  var items = Array.prototype.slice.call(form.querySelectorAll("li.key"));

  function field(item) { return item.querySelector("input,select"); }
  function value(name) { var one = form.elements[name]; return one ? String(one.value).trim() : ""; }
  function meets(part) {
    var answer = code(form.elements[part[0]]);
    if (Array.isArray(part[1])) return part[1].indexOf(answer) >= 0;
    if (answer === "") return false;
    var number = Number(answer.replace(/\./g, ""));
    return part[1] === "=" ? number === part[2] : part[1] === "<" ? number < part[2] : part[1] === ">" ? number > part[2] : part[1] === "<=" ? number <= part[2] : number >= part[2];
  }
  // "3", "03" or the words themselves: what is meant, "" for nothing.
  function code(input) {
    if (!input) return "";
    var typed = String(input.value).trim();
    var found = codes(input).filter(function (one) {
      return one.dataset.code === typed || one.textContent.replace(one.dataset.code, "").trim().toLowerCase() === typed.toLowerCase();
    })[0];
    return found ? found.dataset.code : typed;
  }
  function codes(input) {
    return Array.prototype.slice.call(input.closest("li").querySelectorAll("[data-code]"));
  }
  function applies(item) {
    return !item.dataset.when || JSON.parse(item.dataset.when).every(meets);
  }
  function look() {
    items.forEach(function (item) {
      // What holds an answer is never passed over: it would be sent without being seen.
      item.classList.toggle("skipped", !applies(item) && value(field(item).name) === "");
      codes(field(item)).forEach(function (one) { one.classList.toggle("on", one.dataset.code === code(field(item))); });
    });
  }
  function known(input) {
    var listed = codes(input);
    return !listed.length || input.value.trim() === "" || listed.some(function (one) { return one.dataset.code === code(input); });
  }
  function tell(input) {
    var item = input.closest("li"), told = item.querySelector(".told");
    var wrong = !known(input);
    if (wrong && !told) {
      told = document.createElement("span");
      told.className = "fault told";
      told.setAttribute("role", "alert");
      item.appendChild(told);
    }
    if (told) told.textContent = wrong ? form.dataset.unknown + " " + codes(input).map(function (one) { return one.dataset.code; }).join(", ") : "";
    input.setAttribute("aria-invalid", wrong ? "true" : "false");
    return !wrong;
  }
  function go(from, step) {
    for (var at = items.indexOf(from.closest("li")) + step; at >= 0 && at < items.length; at += step) {
      if (!items[at].classList.contains("skipped")) {
        var next = field(items[at]);
        next.focus();
        if (next.select) next.select();
        return;
      }
    }
    if (step > 0) form.querySelector("[data-send]").focus();
  }

  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("keydown", function (event) {
    var here = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-send]"));
      return;
    }
    if (!here.closest("li.key")) return;
    var back = (event.key === "Enter" && event.shiftKey) || (event.key === "ArrowUp" && here.tagName === "INPUT");
    var on = event.key === "Enter" || (event.key === "ArrowDown" && here.tagName === "INPUT");
    if (!back && !on) return;
    event.preventDefault();
    look();
    if (back) go(here, -1);
    else if (here.tagName === "SELECT" || tell(here)) go(here, 1);
    else here.select();
  });
  look();
  var first = form.querySelector("[aria-invalid=true]") || items.map(field).filter(function (one) { return one.value === ""; })[0];
  if (first) first.focus();
})();
