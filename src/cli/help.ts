import { DEFAULT_MAX_QUEUE_SCAN, DEFAULT_STATEMENT_TIMEOUT_SECONDS, DEFAULT_VERIFY_AT_MOST } from '../model/parameters';
import { MOST_TYPES } from '../check/draftRules';
import { DEFAULT_PARAMETERS, DEFAULT_TABLE } from '../tables/parameters';

const { hours, limit, statuses } = DEFAULT_PARAMETERS;

/** What `--help` prints: at most 80 columns. */
export const HELP = `Usage: check-task-status [flag ...]
       check-task-status rules test|draft [flag ...]

Finds stuck Celery tasks in the table of celery-task-manager (PostgreSQL) and,
with --check-execution, what happened to each of them. It changes nothing.

What counts as stuck
  --hours N               tasks last run at least N hours ago (default ${String(hours)})
  --status S[,S]          in one of these statuses (default ${statuses.join(',')})
  --table NAME            table or schema.table
                          (default ${DEFAULT_TABLE})

Effect rules (see check-task-status rules --help)
  rules test              how well they tell tasks that ran from others
  rules draft             write them from your code and your data

One task
  --task ID               no check: print the story of one task, whatever its
                          status, by its row id or its Celery id

Verification: a verdict for every stuck task, with its evidence
  --check-execution       also read the broker, the results, and what the tasks
                          left in the database
  --ask-workers           also ask the workers; this publishes questions to
                          them, which change nothing
  --effects FILE          your own effect rules (schemas/effects.schema.json)
  --max-queue-scan N      read at most N messages of Redis, or count at most
                          N queues of RabbitMQ (default ${String(DEFAULT_MAX_QUEUE_SCAN)})
  --verify-at-most N      of more stuck tasks than N, judge a random sample and
                          estimate (default ${String(DEFAULT_VERIFY_AT_MOST)}; 0: judge all)

Servers
  --database-url URL      PostgreSQL, else DATABASE_URL, PGHOST, PGDATABASE ...
  --redis-url URL         Redis of broker and results, else REDIS_URL
  --broker-url URL        the broker, Redis or RabbitMQ, else
                          CELERY_BROKER_URL, BROKER_URL, CLOUDAMQP_URL,
                          RABBITMQ_URL, AMQP_URL
  --broker-management-url URL
                          RabbitMQ's management API, else
                          CELERY_BROKER_MANAGEMENT_URL, else derived
  --result-backend URL    the results, else CELERY_RESULT_BACKEND
  --env-file FILE         a file with these variables (default .env in this
                          folder); repeat it for files that belong together
  A flag takes precedence over the environment, and both over a .env file.

Output
  --full                  on a terminal, print the whole log too
  --quiet                 print no progress
  --limit N               samples per task type (default ${String(limit)})
  --format text|json      what to print (default text)
  --log-file PATH         also write the whole log to this file
  --masked-arguments K[,K]
                          show the values of these argument keys as ***
                          (default: keys named like a secret; "": none)
  --exit-code             exit with 1 when tasks are stuck

Cost
  --statement-timeout S   seconds that one query may take (default ${String(DEFAULT_STATEMENT_TIMEOUT_SECONDS)}); on
                          small tables it gets less
  --explain [analyze]     no check: print the SQL of the scan and the server's
                          plan for it; with analyze, run it once and measure

  -h, --help              print this
  --version               print the version

The report goes to standard output, progress to standard error. NO_COLOR=1
turns colors off, FORCE_COLOR=1 turns them on.
Exit codes: 0 done, 1 stuck tasks found (with --exit-code) or no such task
(--task), 2 wrong usage, 3 PostgreSQL could not be reached or read,
130 cancelled.

Examples
  check-task-status --hours 24 --check-execution
  check-task-status --task 12450000
  check-task-status --env-file .env.production --log-file logs/diagnosis.log
  check-task-status --exit-code --quiet --format json > stuck.json
`;

/** What `rules --help` prints: at most 80 columns. */
export const RULES_HELP = `Usage: check-task-status rules test [flag ...]
       check-task-status rules draft --workspace DIR [flag ...]

Effect rules say what a task leaves in your own tables, so that it can be seen
whether it ran. Both commands run a check with verification and change nothing
in the database.

rules test: how well do effect rules work? Each rule is tried on tasks whose
outcome is known: finished tasks, and tasks that did not run.
  --effects FILE          your own effect rules, besides the built-in ones
  --type MODULE.NAME      this task type alone; repeat it for more

rules draft: effect rules for tasks whose outcome is undetermined, from what
their code does and from what is in the database, each tested in the same way
  --workspace DIR         the folder with the tasks' code; it is read, never run
  --type MODULE.NAME      this task type alone; repeat it for more (default: the
                          ${String(MOST_TYPES)} types with the most undetermined tasks)
  --write FILE            add the rules that count to this file; the rules that
                          it has stay
  --effects FILE          effect rules that you have: what they decide is not
                          undetermined

Both
  --hours N               tasks last run at least N hours ago (default ${String(hours)})
  --status S[,S]          in one of these statuses (default ${statuses.join(',')})
  --table NAME            table or schema.table
                          (default ${DEFAULT_TABLE})
  --format text|json      what to print (default text)
  --quiet                 print no progress
  --ask-workers, --max-queue-scan, --verify-at-most, --statement-timeout,
  --database-url, --redis-url, --broker-url, --broker-management-url,
  --result-backend, --env-file
                          as in a check: see check-task-status --help
  -h, --help              print this
  --version               print the version

Exit codes: 0 done, 2 wrong usage, 3 PostgreSQL could not be reached or read,
130 cancelled.

Examples
  check-task-status rules test --effects celery-effects.json
  check-task-status rules draft --workspace shop
  check-task-status rules draft --workspace shop --type shop.tasks.send_invoice
  check-task-status rules draft --workspace shop --write celery-effects.json
`;
