/* Asks now and then which start of the server answers; another one than before is asked for the whole page. */
const EVERY = 3000;

/** @type {Component<LifelineData, LifelineSent>} */
export default function ({ data, setTriggerValue }) {
  const timer = setInterval(async () => {
    if (document.visibilityState !== "visible") return;
    const boot = await fetch("/boot").then((answer) => (answer.ok ? answer.text() : data.boot)).catch(() => data.boot);
    if (boot !== data.boot) setTriggerValue("again", boot);
  }, EVERY);
  return () => clearInterval(timer);
}
