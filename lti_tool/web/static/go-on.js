// A page in passing: its form goes on by itself. Without scripts its button does.

const form = document.querySelector("form[data-goes-on]");
form.querySelector("button").hidden = true;
form.submit();
