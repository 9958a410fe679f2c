// Loaded before Azurite (node --import). It makes Azurite live exactly as long as the process that started it:
// - standard input is a pipe that the parent holds open; when it closes, however the parent ended, Azurite saves and stops;
// - a Ctrl-C or a closed terminal reaches the whole process group, so Azurite would stop before the function app that
//   still wants to write its last records. Those two signals are therefore left to the parent.
const left = new Set(["SIGINT", "SIGHUP"]);
for (const signal of left) {
  process.on(signal, () => {});
}

const once = process.once;
process.once = function (event, listener) {
  return left.has(event) ? this : once.call(this, event, listener);
};

const stop = () => process.kill(process.pid, "SIGTERM");
process.stdin.resume().once("end", stop).once("error", stop);
