/** Gzipped JSON, as the socket carries it, by the browser's own decompressor. */
export async function gunzip(payload: ArrayBuffer): Promise<unknown> {
  const stream = new Blob([payload]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).json()
}
