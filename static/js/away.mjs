/* For when the network is gone: has the browser keep the page that says so. See templates/front/worker.js. */
const manifest = document.querySelector("link[rel=manifest]");
const worker = new URL("worker.js", manifest.href);
/* Browsers that may not (private windows, some settings) go on without. */
navigator.serviceWorker?.register(worker, { scope: new URL(".", manifest.href) }).catch(() => {});
