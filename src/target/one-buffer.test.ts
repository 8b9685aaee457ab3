import assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { readIntoOneBuffer } from "./one-buffer.ts";

interface Read {
  readonly text: string;
  readonly memory: ArrayBufferLike;
}

test("sockets are read into one piece of memory, answer as before, and the server still counts them", async () => {
  const reads: Read[] = [];
  const server = net.createServer((tcp) => {
    const line = readIntoOneBuffer(tcp);
    assert.notEqual(line, tcp, "this Node has no handle to move");
    line.on("data", (data: Buffer) => {
      reads.push({ text: data.toString(), memory: data.buffer });
      line.write(`heard ${data.toString()}`);
    });
    line.on("end", () => line.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  for (const name of ["one", "two"]) {
    const client = net.connect(port, "127.0.0.1");
    client.write(name);
    const [answer] = (await once(client, "data")) as [Buffer];
    assert.equal(answer.toString(), `heard ${name}`);
    client.end();
    await once(client, "close");
  }
  assert.deepEqual(
    reads.map(({ text }) => text),
    ["one", "two"],
  );
  assert.equal(reads[0]?.memory, reads[1]?.memory);
  // Resolves only once every connection that the server made is closed.
  server.close();
  await once(server, "close");
});

test("a stream that is no plain socket, such as TLS, stays as it is", () => {
  const stream = new PassThrough();
  assert.equal(readIntoOneBuffer(stream), stream);
});
