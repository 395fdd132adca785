import type { JSX } from 'preact';
import { ageText } from '../../../base/age';
import type { TaskStory } from '../../../model/story';
import { meaningOf, noTaskText, sourceTitle, storyNotes } from '../../../report/story';
import type { StoryState } from '../../../report/storyMessages';
import { storyDo } from '../../host';
import { Button } from '../controls';
import { CopyButton } from '../CopyButton';
import { Foreign } from '../Foreign';
import { Arguments } from '../types/Arguments';
import { Fields } from '../types/Fields';
import { Story } from '../types/Story';
import { NextSteps } from './NextSteps';

/** Everything that is known of one task: what is true of it first, what to do, and then its row. */
export function StoryPage({ state }: { readonly state: StoryState }): JSX.Element {
  const { story, running, problem } = state;
  const { task } = story;
  return (
    <>
      {task ? <Title state={state} task={task} /> : <NoTask state={state} />}
      <Buttons state={state} />
      <p class="story-status" role="status">
        {running ?? problem}
      </p>
      {/* The parts' headings are those of a task in the report, one level below. */}
      <h2 class="unseen">{task ? 'Its story' : 'What else is known'}</h2>
      {task ? <WithRow story={story} task={task} /> : <Elsewhere story={story} />}
    </>
  );
}

type Row = NonNullable<TaskStory['task']>;

function Title({ state, task }: { readonly state: StoryState; readonly task: Row }): JSX.Element {
  const { story } = state;
  const age = ageText((Date.parse(story.generatedAt) - Date.parse(task.lastRun)) / 1000);
  return (
    <header>
      <h1>
        <span class="module">
          <Foreign text={`${task.taskModule}.`} />
        </span>
        <Foreign text={task.taskName} />
      </h1>
      <p class="about-row">
        <span>Row {task.id}</span>
        <strong>
          <Foreign text={task.status} />
        </strong>
        <span>last run {age} ago</span>
        <Place state={state} />
      </p>
      {storyNotes(story).map((note) => (
        <p class="note">
          <Foreign text={note} />
        </p>
      ))}
    </header>
  );
}

function Place({ state: { connection, production } }: { readonly state: StoryState }): JSX.Element {
  return (
    <span class="quiet">
      {production && <strong class="production">PRODUCTION</strong>} <Foreign text={connection} />
    </span>
  );
}

function NoTask({ state }: { readonly state: StoryState }): JSX.Element {
  return (
    <header>
      <h1>No such task</h1>
      <p>
        <Foreign text={noTaskText(state.story)} />
      </p>
      <p class="about-row">
        <Place state={state} />
      </p>
    </header>
  );
}

function Buttons({ state: { story, running, canFix } }: { readonly state: StoryState }): JSX.Element {
  const { task, asked } = story;
  return (
    <div class="row story-buttons">
      {running === null ? (
        <Button
          appearance="primary"
          onClick={() => {
            storyDo('verifyAgain');
          }}
        >
          {task ? 'Verify Again' : 'Look Again'}
        </Button>
      ) : (
        <Button
          onClick={() => {
            storyDo('cancel');
          }}
        >
          Cancel
        </Button>
      )}
      {task && (
        <>
          <Button
            onClick={() => {
              storyDo('goToSource');
            }}
          >
            Go to Task Source
          </Button>
          {canFix && (
            <Button
              onClick={() => {
                storyDo('fixScript');
              }}
            >
              Generate Fix Script…
            </Button>
          )}
          <CopyButton title="Copy Row ID" text={() => String(task.id)} />
        </>
      )}
      {celeryIdOf(story) !== '' && <CopyButton title="Copy Celery ID" text={() => celeryIdOf(story)} />}
      {!task && asked.by === 'row' && <CopyButton title="Copy Row ID" text={() => asked.id} />}
    </div>
  );
}

function celeryIdOf({ task, asked }: TaskStory): string {
  if (task) return task.taskId ?? '';
  return asked.by === 'celery' ? asked.id : '';
}

function WithRow({ story, task }: { readonly story: TaskStory; readonly task: Row }): JSX.Element {
  const { verification, sources } = story;
  return (
    <>
      <section aria-labelledby="story-title">
        <h3 id="story-title">What happened to it</h3>
        <Story
          sample={verification ? { ...task, verification } : task}
          sources={sources}
          meaning={verification && meaningOf(task.status, verification)}
        />
      </section>
      <section aria-labelledby="next-title">
        <h3 id="next-title">Next step</h3>
        <NextSteps story={story} />
      </section>
      <section aria-labelledby="row-title">
        <h3 id="row-title">The row</h3>
        <Arguments raw={task.arguments?.rawJSON ?? null} row={task.id} />
        <Fields sample={task} />
      </section>
    </>
  );
}

/** What else was found of an id that no row has. */
function Elsewhere({ story: { elsewhere } }: { readonly story: TaskStory }): JSX.Element {
  return (
    <section aria-labelledby="elsewhere-title" class="story">
      <h3 id="elsewhere-title">Looked at</h3>
      <dl class="looked-at">
        {elsewhere?.evidence.map(({ source, says }) => (
          <>
            <dt>{sourceTitle(source)}</dt>
            <dd>
              <p>
                <Foreign text={says} />
              </p>
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}
