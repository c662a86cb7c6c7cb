// Where the page has its things from: the server that it was opened from or, as one file, itself.

import { Local } from "./local.js";
import { Socket } from "./socket.js";

const own = globalThis.carried;

/** Whether the page is one file that asks nobody. */
export const alone = Boolean(own);

/** What stands under a path of the server. */
export async function read(path) {
  if (alone) return JSON.parse(own.files[path]);
  const answer = await fetch(path);
  return answer.json();
}

/** What answers the messages of the page. */
export function transport(told, open, lost) {
  return alone ? new Local(own, told, open) : new Socket(told, open, lost);
}
