/** A project of 5,000 Python files: the path of a module leads to its function without reading them. */
import assert from 'node:assert/strict';
import { findCallers } from '../../../src/python/findCallers';
import { findTask } from '../../../src/python/findTask';
import { project } from '../../support/sourceFiles';

const APPS = 250;
const FILES_AN_APP = 20;
const { signal } = new AbortController();

/** Code as it looks: about 8 KB a file. */
function moduleText(app: number, number: number): string {
  const functions = Array.from(
    { length: 24 },
    (_, index) => `
def work_${String(index)}(self, order_id: int, *, force: bool = False) -> dict[str, Any]:
    """Does what is needed for an order. See \`charge\`, and @task."""
    order = Order.objects.filter(id=order_id, status__in=['PAID', "OPEN"]).first()
    if order is None or not (force and order.total >= ${String(index)}):
        logger.info(f"Order {order_id} of {order.user.email!r:>20} is not there")  # task
        return {}
    return {**order.as_dict(), 'items': [item.id for item in order.items.all()], 'app': ${String(app)}}
`,
  );
  const task = `\n@task(bind=True, priority=Priority.STUDENT.value)\ndef job_${String(number)}(self, id):\n    requests.post('x')\n`;
  return `import requests\nfrom task_manager.django.decorators import task\nfrom ..app_1 import module_1\n${functions.join('\n')}${task}`;
}

function largeProject(): ReturnType<typeof project> {
  const texts = new Map<string, () => string>();
  for (let app = 0; app < APPS; app++)
    for (let number = 0; number < FILES_AN_APP; number++) {
      const text = moduleText(app, number);
      texts.set(`src/project/app_${String(app)}/module_${String(number)}.py`, () => text);
    }
  const caller = 'from project.app_7.module_3 import job_3\ndef view():\n    job_3.delay(1)\n';
  texts.set('src/project/views.py', () => caller);
  return project(texts);
}

/** Time that passed, and that of this process: other programs run beside it. */
function stopwatch(): () => string {
  const began = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return `${String(Math.round(performance.now() - began))} ms, of CPU ${String(Math.round((user + system) / 1000))} ms`;
  };
}

describe('python/sourceLarge', () => {
  const files = largeProject();

  it('a large project finds a function by its module, reading one file', async () => {
    files.readFiles.length = 0;
    const took = stopwatch();
    const { found } = await findTask(files, { taskModule: 'project.app_7.module_3', taskName: 'job_3' }, signal);
    console.log(`      first answer of 5,001 files: ${took()}`);
    assert.deepEqual(
      found.map(({ task }) => task.qualifiedName),
      ['job_3'],
    );
    assert.equal(files.readFiles.length, 1);
  });

  it('a large project finds the callers, reading each file once', async function () {
    this.timeout(60_000);
    files.readFiles.length = 0;
    const took = stopwatch();
    const { callers } = await findCallers(files, { taskModule: 'project.app_7.module_3', taskName: 'job_3' }, signal);
    console.log(`      callers in 5,001 files, 250 of them parsed: ${took()}`);
    assert.deepEqual(
      callers.map(({ inFunction, certain }) => [inFunction, certain]),
      [['view', true]],
    );
    // Its own module a second time, for the names that the task goes by.
    assert.equal(files.readFiles.length, APPS * FILES_AN_APP + 2);
    assert.equal(new Set(files.readFiles).size, APPS * FILES_AN_APP + 1);
  });
});
