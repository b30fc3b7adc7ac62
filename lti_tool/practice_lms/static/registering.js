// The tool in the frame says that it is done (LTI Dynamic Registration 1.0, 3.8): back to the list of tools.
const frame = document.getElementById("registration");

addEventListener("message", (event) => {
  if (event.source === frame.contentWindow && event.data?.subject === "org.imsglobal.lti.close") location.assign(frame.dataset.after);
});
