// The last page of a registration asks the platform to close the frame or window that it opened for us (LTI Dynamic Registration 1.0, 3.7).

const platform = window.opener || window.parent;
const button = document.querySelector("[data-close-frame]");

if (button && platform !== window) {
  button.hidden = false;
  document.querySelector("[data-close-by-hand]").hidden = true;
  button.addEventListener("click", () => {
    // To any origin: the page around us may be at another host than the issuer (Canvas), and the message holds nothing secret.
    platform.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
    // Platforms that don't listen leave the page standing.
    document.querySelector("[data-close-by-hand]").hidden = false;
  });
}
