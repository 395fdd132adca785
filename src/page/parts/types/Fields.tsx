import type { ComponentChildren, JSX } from 'preact';
import type { RowDetails, Timestamp } from '../../../model/diagnosis';
import { number } from '../../../base/numbers';
import { celeryStateText } from '../../../report/verificationLog';
import { Foreign, Missing } from '../Foreign';
import { When } from '../When';

/** The columns of a row, as they stand in the table. */
export function Fields({ sample }: { readonly sample: RowDetails }): JSX.Element {
  const { currentPage, totalPages } = sample;
  return (
    <>
      <h4>Row</h4>
      <dl class="fields">
        <Field name="Status">
          <Foreign text={sample.status} />
        </Field>
        <Field name="Task ID">
          {sample.taskId === null ? <Missing word="none" /> : <Foreign text={sample.taskId} />}
        </Field>
        <Field name="Last run">
          <Time at={sample.lastRun} />
        </Field>
        <Field name="Started">
          <Time at={sample.startedAt} />
        </Field>
        <Field name="Created">
          <Time at={sample.createdAt} />
        </Field>
        <Field name="Updated">
          <Time at={sample.updatedAt} />
        </Field>
        <Field name="Attempts">
          <Amount value={sample.attempts} />
        </Field>
        <Field name="Page">
          {currentPage === null ? (
            <Missing word="none" />
          ) : totalPages === null ? (
            number(currentPage)
          ) : (
            `${number(currentPage)} of ${number(totalPages)}`
          )}
        </Field>
        {sample.priority !== undefined && (
          <Field name="Priority">
            <Amount value={sample.priority} />
          </Field>
        )}
        {sample.celeryState !== undefined && (
          <Field name="Celery state">
            <Foreign text={celeryStateText(sample)} />
          </Field>
        )}
        <Field name="Status message">
          {sample.statusMessage === null ? (
            <Missing word="none" />
          ) : sample.statusMessage === '' ? (
            <span class="quiet">empty</span>
          ) : (
            <Foreign text={sample.statusMessage} lines />
          )}
        </Field>
      </dl>
    </>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Time({ at }: { readonly at: Timestamp | null }): JSX.Element {
  return at === null ? <Missing word="none" /> : <When at={at} exact />;
}

function Amount({ value }: { readonly value: number | null }): JSX.Element {
  return value === null ? <Missing word="none" /> : <>{number(value)}</>;
}
