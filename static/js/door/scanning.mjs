/* Part of door.mjs. The camera, where the browser itself reads codes; elsewhere they are typed, or the camera of the
   phone opens their address, which leads here without a network, too. */
const PAUSE_OF_SCAN = 200;

export async function canScan() {
  try {
    const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
    return Boolean(navigator.mediaDevices?.getUserMedia) && Boolean(formats?.includes("qr_code"));
  } catch {
    return false;
  }
}

/* What ends it. `found` is given each code once while it stays before the camera. */
export async function startScan(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  video.srcObject = stream;
  video.hidden = false;
  video.play().catch(() => {});
  let last = "";
  const timer = setInterval(async () => {
    const [code] = await detector.detect(video).catch(() => []);
    const isNew = code && code.rawValue !== last;
    last = code?.rawValue ?? "";
    if (isNew) found(last);
  }, PAUSE_OF_SCAN);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };
}
