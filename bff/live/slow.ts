import type { Socket } from 'socket.io'

/** Packets that may wait for a client; who lets more wait reads too slowly for what it asks. */
const longestBuffer = 64

export function cutOffIfSlow(socket: Socket): void {
  // engine.io keeps packets here while the transport is busy; its types call the field private, its documentation does not.
  const { writeBuffer } = socket.conn as unknown as { writeBuffer: readonly unknown[] }
  // A polite goodbye would wait behind all that for ever.
  if (writeBuffer.length > longestBuffer) hangUp(socket)
}

/** Ends the connection itself; a page that is still there comes back by itself. */
export function hangUp(socket: Socket): void {
  socket.request.socket.destroy()
}
