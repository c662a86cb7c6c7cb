// Messages to the server and back, over a socket that opens again when it is lost.

export class Socket {
  /** `told` hears every message, `open` and `lost` how the connection fares. */
  constructor(told, open, lost) {
    Object.assign(this, { told, opened: open, lost });
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/talk`);
    this.socket.addEventListener("open", () => this.opened());
    this.socket.addEventListener("close", () => {
      this.lost();
      setTimeout(() => this.open(), 1000);
    });
    this.socket.addEventListener("message", (event) => this.told(JSON.parse(event.data)));
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
