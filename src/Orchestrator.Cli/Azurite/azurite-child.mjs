// Loaded before Azurite (node --import). It makes Azurite live exactly as long as the process that started it:
// - standard input is a pipe that the parent holds open; when it closes, however the parent ended, Azurite saves and ends;
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

// An orderly parent has stopped the function app before it says a word here and closes. One that was killed has not: the
// app notices at the same moment as we do, and gets a little time to write its last records.
const orphanGrace = 3000;
let asked = false;
const stop = () => setTimeout(() => process.kill(process.pid, "SIGTERM"), asked ? 0 : orphanGrace);
process.stdin.on("data", () => (asked = true)).once("end", stop).once("error", stop);
