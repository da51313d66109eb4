// What the demo portals do in the browser: look up a dossier, filter the list,
// check a form before it is sent, and mark the steps of the filing.
(function () {
  "use strict";

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  function byId(id) {
    return document.getElementById(id);
  }

  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  // Home: a made-up answer, on the same page.
  var lookup = byId("tra-cuu");
  if (lookup) {
    lookup.addEventListener("click", function () {
      var code = byId("ma-ho-so").value.trim() || "TD-0042";
      var answer = element("p", "", "Hồ sơ " + code + ": đang xử lý, hẹn trả sau 3 ngày làm việc.");
      byId("ket-qua-tra-cuu").replaceChildren(answer);
    });
  }

  // Procedures: words, fields and levels narrow the list.
  var filter = byId("bo-loc");
  if (filter) {
    var words = byId("tu-khoa");
    words.value = new URLSearchParams(location.search).get("q") || "";
    byId("loc").addEventListener("click", narrow);
    filter.addEventListener("submit", function (event) {
      event.preventDefault();
      narrow();
    });
    if (words.value) narrow();
  }

  function narrow() {
    var wanted = words.value.trim().toLocaleLowerCase("vi");
    var fields = ticked("linh-vuc");
    var levels = ticked("cap");
    var shown = 0;
    all(".bang-thu-tuc tbody tr").forEach(function (row) {
      var fits = row.cells[0].textContent.toLocaleLowerCase("vi").indexOf(wanted) >= 0 &&
        (!fields.length || fields.indexOf(row.dataset.linhVuc) >= 0) &&
        (!levels.length || levels.indexOf(row.dataset.cap) >= 0);
      row.hidden = !fits;
      if (fits) shown += 1;
    });
    byId("so-ket-qua").textContent = shown + " thủ tục";
  }

  function ticked(name) {
    return all("input[name=" + name + "]:checked", filter).map(function (box) {
      return box.value;
    });
  }

  // Forms: what is missing is listed on top and said beside the field.
  all("form[data-kiem-tra]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      clearErrors(form);
      var missing = all("[data-bat-buoc]", form).filter(isEmpty);
      if (!missing.length) return;
      event.preventDefault();
      showErrors(form, missing);
      markSteps("error");
    });
  });

  function isEmpty(field) {
    if (field.type === "radio") return !field.form.querySelector("input[name=" + field.name + "]:checked");
    if (field.type === "checkbox") return !field.checked;
    return !field.value.trim();
  }

  function showErrors(form, missing) {
    var summary = element("div", "govuk-error-summary");
    summary.tabIndex = -1;
    summary.setAttribute("role", "alert");
    summary.appendChild(element("h2", "govuk-error-summary__title", "Còn chỗ chưa điền"));
    var list = element("ul", "govuk-list govuk-error-summary__list");
    missing.forEach(function (field) {
      var link = element("a", "lien-ket-rieng govuk-link", field.dataset.batBuoc);
      link.href = "#" + field.id;
      link.addEventListener("click", function (event) {
        event.preventDefault();
        field.focus();
      });
      list.appendChild(element("li")).appendChild(link);

      var message = element("p", "govuk-error-message", field.dataset.batBuoc);
      message.id = field.id + "-loi";
      var group = field.closest("fieldset") || field.closest(".govuk-form-group");
      group.closest(".govuk-form-group").classList.add("govuk-form-group--error");
      group.insertBefore(message, group.querySelector(".govuk-date-input, .govuk-radios, .govuk-checkboxes, input, select"));
      field.classList.add("loi");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-errormessage", message.id);
    });
    summary.appendChild(list);
    form.parentNode.insertBefore(summary, form);
    summary.focus();
  }

  function clearErrors(form) {
    all(".govuk-error-summary", form.parentNode).concat(all(".govuk-error-message", form)).forEach(function (old) {
      old.remove();
    });
    all(".govuk-form-group--error", form).forEach(function (group) {
      group.classList.remove("govuk-form-group--error");
    });
    all(".loi", form).forEach(function (field) {
      field.classList.remove("loi");
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
    });
  }

  all("[data-dien-mau]").forEach(function (button) {
    button.addEventListener("click", function () {
      all("input[data-mau]", button.form).forEach(function (field) {
        field.value = field.dataset.mau;
      });
      all("option[data-mau]", button.form).forEach(function (option) {
        option.selected = true;
      });
    });
  });

  // The measurement is told where a filing begins, ends or goes wrong. Its
  // script is async, so it is there by the load event or it was blocked.
  window.addEventListener("load", function () {
    markSteps();
  });

  function markSteps(outcome) {
    if (!window.nhip || !window.nhip.step) return;
    all("[data-nhip-step]").forEach(function (place) {
      place.dataset.nhipStep.split(" ").forEach(function (mark) {
        var parts = mark.split(":");
        window.nhip.step(parts[0], outcome || parts[1]);
      });
    });
  }
})();
