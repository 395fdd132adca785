import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { isAllowed, pathOf } from '../../../../src/brokers/rabbitmq/management/paths';
import { makeCertificates, pemOf, type Certificates } from '../../../support/certificates';
import { problemOf } from '../../../support/problems';
import {
  addressOf,
  apiAt,
  BROKER,
  captured,
  fakeApi,
  VERSIONS,
  type FakeApi,
  type Reply,
} from '../../../support/rabbitApi';

/** Runs `work` with a server that answers everything in this way. */
async function answering(
  answer: Parameters<typeof fakeApi>[0],
  work: (server: FakeApi) => Promise<void>,
  tls?: Parameters<typeof fakeApi>[1],
): Promise<void> {
  const server = await fakeApi(answer, tls);
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

const always =
  (reply: Reply): Parameters<typeof fakeApi>[0] =>
  () =>
    reply;

describe('brokers/rabbitmq/managementClient', () => {
  it('data comes back, with the login of the address and over one connection', async () => {
    const lines = new Set<unknown>();
    await answering(
      (_, request) => {
        lines.add(request.socket);
        return { body: { name: 'app' } };
      },
      async (server) => {
        const api = apiAt(addressOf(server.port));
        assert.deepEqual(await api.get('/whoami'), { name: 'app' });
        await api.get(pathOf(['queues', '/', 'a b'], { page: 1 }));
        assert.deepEqual(server.asked, ['GET /api/whoami', 'GET /api/queues/%2F/a%20b?page=1']);
        assert.equal(server.credentials(), `${BROKER.user}:${BROKER.password}`);
        assert.equal(lines.size, 1);
        assert.equal(api.sent, 2);
        api.close();
      },
    );
  });

  it('a path that is not in the list is refused before anything is sent', async () => {
    await answering(always({ body: {} }), async (server) => {
      const api = apiAt(addressOf(server.port));
      for (const path of ['/aliveness-test/%2F', '/queues/%2F/celery/get', '/definitions', '/queues/%2F/..'])
        await problemOf(() => api.get(path), 'invalid');
      assert.deepEqual(server.asked, []);
    });
  });

  it('each refusal that was captured of RabbitMQ 3.10 and 4.0 has one sentence and its kind', async () => {
    const seen = new Set<string>();
    for (const version of VERSIONS)
      for (const { user, path, status, body, method } of captured(version)) {
        if (
          status < 400 ||
          method !== 'GET' ||
          !isAllowed(path.replace(/^\/api/, '')) ||
          path.startsWith('/api/health')
        )
          continue;
        await answering(always({ status, body }), async (server) => {
          const api = apiAt({ ...addressOf(server.port), user: 'mon' }, {}, '/');
          const { reason } = body as { reason: string };
          const [kind, says] = EXPECTED[reason]!;
          seen.add(reason);
          const { message } = await problemOf(() => api.get(path.replace(/^\/api/, '')), kind);
          assert.match(message, says, `${user} ${path}`);
        });
      }
    assert.deepEqual([...seen].sort(), Object.keys(EXPECTED).sort());
  });

  it('every other answer that is not data is named in one sentence', async () => {
    const html = { body: '<!DOCTYPE html><title>RabbitMQ</title>', headers: { 'content-type': 'text/html' } };
    const cases: [string, Reply, Parameters<typeof problemOf>[1], RegExp][] = [
      ['a page', html, 'invalid', /an HTML page instead of data/],
      ['a page of an error', { ...html, status: 502 }, 'invalid', /an HTML page/],
      ['a login of a proxy', { ...html, status: 401 }, 'authentication', /A proxy in front of RabbitMQ/],
      ['nothing at all', { body: '' }, 'invalid', /something that is not JSON/],
      ['half of it', { body: '{"name":' }, 'invalid', /not JSON/],
      [
        'a wrong prefix',
        { status: 404, body: { error: 'Object Not Found', reason: 'Not Found' } },
        'invalid',
        /No management API was found/,
      ],
      [
        'guest from elsewhere',
        { status: 401, body: { error: 'not_authorised', reason: 'User can only log in via localhost' } },
        'authentication',
        /only from its own machine \(loopback_users\)/,
      ],
      [
        'LavinMQ',
        { status: 403, body: { error: 'access_refused', reason: 'Access Refused' } },
        'permission',
        /doesn't show the server/,
      ],
      [
        'a failure',
        { status: 500, body: { error: 'internal', reason: 'it broke' } },
        'unreachable',
        /HTTP 500: it broke/,
      ],
    ];
    for (const [what, reply, kind, says] of cases)
      await answering(always(reply), async (server) => {
        const { message } = await problemOf(() => apiAt(addressOf(server.port)).get('/whoami'), kind);
        assert.match(message, says, what);
      });
  });

  it('a redirect is not followed, because the password would go along', async () => {
    await answering(always({ body: { stolen: true } }), async (other) => {
      for (const status of [301, 302, 307, 308])
        await answering(
          always({ status, body: '{}', headers: { location: `http://127.0.0.1:${String(other.port)}/api/whoami` } }),
          async (server) => {
            const { message } = await problemOf(() => apiAt(addressOf(server.port)).get('/whoami'), 'invalid');
            assert.match(message, /redirects to another address/);
          },
        );
      assert.deepEqual(other.asked, []);
    });
  });

  it('a virtual host that is not there is named', async () => {
    await answering(
      () => undefined,
      async (server) => {
        const { message } = await problemOf(
          () => apiAt(addressOf(server.port), {}, 'shpo').get(pathOf(['queues', 'shpo'])),
          'database-missing',
        );
        assert.match(message, /has no virtual host shpo/);
      },
    );
  });

  it('the command that grants a right can be copied whatever the names are', async () => {
    const body = { error: 'not_authorised', reason: 'User not authorised to access virtual host' };
    await answering(always({ status: 401, body }), async (server) => {
      const api = apiAt({ ...addressOf(server.port), user: "o'neil; rm" }, {}, '/a b');
      const { message, commands } = await problemOf(() => api.get(pathOf(['queues', '/a b'])), 'permission');
      assert.deepEqual(commands, [`rabbitmqctl set_permissions -p '/a b' 'o'\\''neil; rm' '^$' '^$' '^$'`]);
      assert.ok(message.includes(commands[0]!));
    });
  });

  it('an alarm is data, and any other failure of the health check is none', async () => {
    const body = { status: 'failed', alarms: [{ node: 'a', resource: 'memory' }] };
    await answering(always({ status: 503, body }), async (server) => {
      assert.deepEqual(await apiAt(addressOf(server.port)).check('/health/checks/alarms'), { status: 503, body });
      await problemOf(() => apiAt(addressOf(server.port)).get('/whoami'), 'unreachable');
    });
    await answering(always({ status: 404, body: {} }), async (server) => {
      await problemOf(() => apiAt(addressOf(server.port)).check('/health/checks/alarms'), 'database-missing');
    });
  });

  it('an answer that is too large is not read to its end', async () => {
    let written = 0;
    await answering(
      (_, __, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const chunk = Buffer.alloc(64 * 1024, 0x20);
        const more = (): void => {
          while (!response.destroyed && written < 50_000_000) {
            written += chunk.length;
            if (!response.write(chunk)) {
              response.once('drain', more);
              return;
            }
          }
        };
        more();
        return 'nothing';
      },
      async (server) => {
        const api = apiAt(addressOf(server.port), { limits: { seconds: 30, bytes: 1_000_000 } });
        const { message } = await problemOf(() => api.get(pathOf(['queues', 'shop'])), 'unknown');
        assert.match(message, /larger than 1 MB/);
        assert.ok(written < 40_000_000, String(written));
      },
    );
  });

  it('an answer that does not come, or comes without an end, is waited for as long as it may take', async () => {
    for (const begins of [false, true])
      await answering(
        (_, __, response) => {
          if (begins) response.write('[');
          return 'nothing';
        },
        async (server) => {
          const api = apiAt(addressOf(server.port), { limits: { seconds: 0.2, bytes: 1000 } });
          const { message } = await problemOf(() => api.get(pathOf(['queues', 'shop'])), 'timeout');
          assert.match(message, /didn't answer within 0\.2 seconds when asked for queues/);
        },
      );
  });

  it('a check that is cancelled waits for no answer', async () => {
    const controller = new AbortController();
    await answering(
      () => {
        controller.abort();
        return 'nothing';
      },
      async (server) => {
        const api = apiAt(addressOf(server.port), { signal: controller.signal });
        await assert.rejects(api.get('/whoami'), { kind: 'cancelled' });
        await assert.rejects(api.get('/whoami'), { kind: 'cancelled' });
        assert.equal(server.asked.length, 1);
      },
    );
  });

  it('a port on which nothing listens, and that of AMQP, are named', async () => {
    const amqp = createServer((line) => {
      // What RabbitMQ says to whatever is no AMQP.
      line.on('data', () => line.end(Buffer.from('AMQP\0\0\t\x01', 'latin1')));
      line.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => amqp.listen(0, '127.0.0.1', resolve));
    const { port } = amqp.address() as AddressInfo;
    const { message } = await problemOf(() => apiAt(addressOf(port)).get('/whoami'), 'invalid');
    assert.match(message, /answers in AMQP: this is the broker's own port/);
    const overTls = await problemOf(() => apiAt(addressOf(port, { verify: true })).get('/whoami'), 'tls');
    assert.match(overTls.message, /doesn't answer in TLS/);
    await new Promise((resolve) => amqp.close(resolve));
    const refused = await problemOf(() => apiAt(addressOf(port)).get('/whoami'), 'refused');
    assert.match(refused.message, /rabbitmq-plugins enable rabbitmq_management/);
  });

  describe('over TLS', () => {
    let certificates: Certificates;
    before(() => {
      certificates = makeCertificates();
    });

    it('a certificate is checked, whatever the environment says', async () => {
      const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      try {
        const { server, wrongName, expired, ca } = certificates;
        const own = { verify: true, caFile: ca };
        const cases = [
          [server, { verify: true }, /doesn't trust/],
          [wrongName, own, /another host.*don't check the name/],
          [expired, own, /has expired/],
        ] as const;
        for (const [pair, checks, says] of cases)
          await answering(
            always({ body: {} }),
            async ({ port, asked }) => {
              const { message } = await problemOf(() => apiAt(addressOf(port, checks)).get('/whoami'), 'tls');
              assert.match(message, says);
              assert.deepEqual(asked, [], 'no password was sent');
            },
            pemOf(pair),
          );
      } finally {
        if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
        else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
      }
    });

    it('a certificate of the authority that the URL names is trusted, and any where the URL says so', async () => {
      const { server, ca } = certificates;
      for (const checks of [{ verify: true, caFile: ca }, { verify: false }])
        await answering(
          always({ body: { name: 'app' } }),
          async ({ port }) => {
            assert.deepEqual(await apiAt(addressOf(port, checks)).get('/whoami'), { name: 'app' });
          },
          pemOf(server),
        );
    });

    it('a file of authorities that is not there is named', async () => {
      const checks = { verify: true, caFile: '/nowhere/ca.pem' };
      const { message } = await problemOf(() => apiAt(addressOf(1, checks)).get('/whoami'), 'tls');
      assert.match(message, /ssl_ca_certs cannot be read \(ENOENT\)/);
    });
  });
});

/** By the reasons of the captured answers. */
const EXPECTED: Readonly<Record<string, readonly [Parameters<typeof problemOf>[1], RegExp]>> = {
  'Login failed': ['authentication', /^Wrong user or password for RabbitMQ's management API at http:.*\(user mon\)/],
  Not_Authorized: ['authentication', /^Wrong user or password/],
  'Not management user': [
    'permission',
    /Run rabbitmqctl set_user_tags mon monitoring on the server, or make a user for checks alone\./,
  ],
  'User not authorised to access virtual host': [
    'permission',
    /Check the end of the broker's URL, or run rabbitmqctl set_permissions -p \/ mon '\^\$' '\^\$' '\^\$' on the server\./,
  ],
  'Not monitor user': ['permission', /shows nodes only to users with the tag monitoring/],
  'Not Found': ['database-missing', /has no virtual host/],
  'Stats in management UI are disabled on this node': ['permission', /its statistics are disabled/],
};
