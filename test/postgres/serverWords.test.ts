import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Problem } from '../../src/base/problem';
import { canary } from '../support/canary';
import { makeCertificates } from '../support/certificates';
import { assertForPeople } from '../support/problems';
import { check } from '../support/scans';
import { errorResponse, listen, type TcpServer } from '../support/sockets';

interface Reported {
  readonly case: string;
  readonly code?: string;
  readonly message?: string;
  readonly listens?: string;
  readonly must: readonly string[];
  readonly mustNot?: readonly string[];
}

const REPORTED = readFileSync('test/fixtures/reported/server-words.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Reported);

/** The sentence of a check of a server at this port of the loopback address. */
async function sentence(port: number, options = '', connectTimeoutMs = 700): Promise<string> {
  const url = `postgres://app:${canary('words')}@127.0.0.1:${String(port)}/shop${options}`;
  const problem = await check(url, {}, { postgres: { connectTimeoutMs } }).then(
    () => assert.fail('there is no PostgreSQL'),
    (error: unknown) => error as Problem,
  );
  assertForPeople(problem.message);
  assert.ok(!problem.message.includes(canary('words')));
  assert.notEqual(problem.kind, 'cancelled');
  return problem.message;
}

/** Reads what a client sends first, and answers: `N` to the question for TLS, then this error. */
function refusing(code: string, message: string, toTls = false): Promise<TcpServer> {
  return listen((line) => {
    line.on('data', (bytes: Buffer) => {
      const asksForTls = bytes.length === 8 && bytes.readInt32BE(4) === 80_877_103;
      if (asksForTls && !toTls) line.write('N');
      else line.end(errorResponse(code, message));
    });
  });
}

function saying(bytes: string | Buffer, when: 'at once' | 'asked' | 'a line was sent' = 'at once'): Promise<TcpServer> {
  return listen((line: Socket) => {
    if (when === 'at once') line.write(bytes);
    line.on('data', (sent: Buffer) => {
      if (when === 'asked' || (when === 'a line was sent' && sent.includes('\n'))) line.end(bytes);
    });
  });
}

async function at(server: TcpServer, options = ''): Promise<string> {
  try {
    return await sentence(server.port, options);
  } finally {
    await server.close();
  }
}

describe('what a server says that does not let us in', function () {
  this.timeout(60_000);

  for (const { case: name, code, message, must, mustNot = [] } of REPORTED.filter(
    ({ listens }) => listens === undefined,
  ))
    for (const toTls of [false, true])
      it(`as it was reported: ${name}${toTls ? ', in answer to the question for TLS' : ''}`, async () => {
        const says = await at(await refusing(code!, message!, toTls));
        for (const part of must) assert.ok(says.includes(part), says);
        for (const part of mustNot) assert.ok(!says.includes(part), says);
      });

  it('keeps the words of an unknown error to their end', async () => {
    const says = await at(
      await refusing(
        'XX000',
        'The gateway is in a strange mood. Ask the operator of zone 7. Then send them the number 4711.',
      ),
    );
    assert.match(
      says,
      /The gateway is in a strange mood; Ask the operator of zone 7; Then send them the number 4711, XX000/,
    );
    const long = await at(await refusing('XX000', `word ${'longer '.repeat(200)}`));
    assert.match(long, /longer…, XX000\)\.$/);
  });
});

describe('something else than PostgreSQL', function () {
  this.timeout(60_000);

  const assertStranger = (says: string, what: RegExp): void => {
    assert.match(says, / answers at 127\.0\.0\.1:\d+, not PostgreSQL\. Check the host and port/);
    assert.match(says, what);
    assert.doesNotMatch(says, /didn't answer in time|PostgreSQL at|closed the connection/);
  };

  for (const options of ['', '?sslmode=disable', '?sslmode=require']) {
    it(`an HTTP server ${options}`, async () => {
      const server = createServer((_, response) => response.end('hello'));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      assertStranger(await sentence((server.address() as AddressInfo).port, options), /^An HTTP server answers/);
      server.close();
    });

    it(`an HTTP server that waits for the end of a line ${options}`, async () => {
      const page = '<!DOCTYPE HTML>\n<html lang="en"><title>Error response</title>';
      assertStranger(await at(await saying(page, 'a line was sent'), options), /^An HTTP server answers/);
    });

    it(`a Redis ${options}`, async () => {
      const { port } = new URL(process.env.TEST_REDIS_URL!);
      assertStranger(await sentence(Number(port), options), /^A Redis answers/);
      assertStranger(await at(await saying('-DENIED Redis is running in protected mode'), options), /^A Redis answers/);
    });

    it(`a MySQL, also one whose greeting begins like a message of PostgreSQL ${options}`, async () => {
      for (const first of [0x4a, 0x4e, 0x45, 0x52, 0x53]) {
        const greeting = Buffer.concat([Buffer.from([first, 0, 0, 0, 0x0a]), Buffer.from('8.0.36\0')]);
        assertStranger(await at(await saying(greeting), options), /^A MySQL or MariaDB answers/);
      }
      const refused = Buffer.from('4500000 0ff6a04'.replace(' ', ''), 'hex');
      assertStranger(await at(await saying(refused), options), /^A MySQL or MariaDB answers/);
    });

    it(`others that greet or complain ${options}`, async () => {
      assertStranger(await at(await saying('SSH-2.0-OpenSSH_9.6\r\n'), options), /^An SSH server .*its local end/);
      assertStranger(await at(await saying('220 mail.example ESMTP\r\n'), options), /^A mail or FTP server/);
      assertStranger(await at(await saying('* OK IMAP4 ready\r\n'), options), /^A mail server/);
      assertStranger(await at(await saying(Buffer.from('414d515000000901', 'hex'), 'asked'), options), /^A RabbitMQ/);
      assertStranger(await at(await saying('ERROR\r\n', 'a line was sent'), options), /^A memcached/);
      assertStranger(await at(await saying(Buffer.alloc(400, 0x99)), options), /^A server with another protocol/);
    });
  }

  it('a port that speaks TLS from the first byte', async () => {
    const { server: pair } = makeCertificates();
    const [cert, key] = [pair.cert, pair.key].map((path) => readFileSync(path));
    const server = createTlsServer({ cert: cert!, key: key! }, (line) => line.end());
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    for (const options of ['', '?sslmode=disable', '?sslmode=require'])
      assertStranger(await sentence(port, options, 3000), /^A server that expects TLS from the first byte/);
    server.close();
  });

  it('a proxy that cannot reach its database closes the line', async () => {
    for (const options of ['', '?sslmode=disable']) {
      const says = await at(await listen((line) => line.end()), options);
      assert.match(says, /closed the connection without an answer\. .*proxy or tunnel/);
    }
  });

  it('a server that stays silent is only slow', async () => {
    assert.match(await at(await listen((line) => line.resume())), /didn't answer in time/);
  });
});
