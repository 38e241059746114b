// The little that pages need besides htmx. Without it they still work.
"use strict";

// A form that is on its way is not sent twice; its key makes sure of the rest.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});

// Coming back to a page by the browser's button, its form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// Enter in the search for a procedure goes to its choices instead of sending the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.id !== "f-search") return;
  event.preventDefault();
  const first = document.querySelector("#procedures input");
  if (!first) return;
  if (!document.querySelector("#procedures input:checked")) first.click();
  (document.querySelector("#procedures input:checked") ?? first).focus();
});

// A slip's QR code carries code and secret behind "#", which no server is sent. They go into the
// form, and out of the address and the history.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-look-up]");
  const [code, secret] = location.hash.slice(1).split("/");
  if (!form || !secret) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.elements.secret.value = secret;
  form.requestSubmit();
});

// What was refused is read out first.
document.addEventListener("DOMContentLoaded", () => {
  const faults = document.getElementById("faults");
  if (faults) {
    faults.tabIndex = -1;
    faults.focus();
  }
});
