// All bytes of a stream, such as a request's body, up to a limit.

/** `tooLarge`: what to throw for more than `most` bytes. */
export async function readBytes(
  stream: AsyncIterable<unknown>,
  most: number,
  tooLarge: () => Error,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Without an encoding set, the chunks are Buffers.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > most) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
