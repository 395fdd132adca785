import type { ComponentChildren, JSX } from 'preact';
import type { RuleTest } from '../../../model/ruleTest';
import { EARNED_WORDS, readingOrder, ruleTestsSummary, ruleTestText } from '../../../report/ruleTests';
import { Paged } from '../facts/Paged';
import { Foreign } from '../Foreign';
import { useNarrow } from '../hooks';
import { LevelSign } from '../LevelSign';

/** How each effect rule did on tasks whose outcome is known, and what it counts for after that. */
export function RuleTests({ rules }: { readonly rules: readonly RuleTest[] }): JSX.Element {
  const narrow = useNarrow();
  return (
    <>
      <h3 id="rules-title">Effect rules</h3>
      <p>
        {ruleTestsSummary(rules)}{' '}
        <span class="quiet">
          A rule counts for what its test leaves of it: a rule that finds effects of tasks that did not run decides
          nothing.
        </span>
      </p>
      <Paged
        rows={readingOrder(rules)}
        what="rules"
        caption="Effect rules and their tests"
        columns={narrow ? [{ title: 'Rule' }] : [{ title: 'Rule' }, { title: 'Test' }, { title: 'Counts as' }]}
        cells={(test) =>
          narrow
            ? [
                <>
                  <RuleName test={test} />
                  <Earned test={test} />
                  <Found test={test} />
                </>,
              ]
            : [<RuleName test={test} />, <Found test={test} />, <Earned test={test} />]
        }
      />
    </>
  );
}

function RuleName({ test }: { readonly test: RuleTest }): JSX.Element {
  const { title, table, origin } = ruleTestText(test);
  return (
    <>
      <Foreign text={title} />
      <div class="quiet">
        <Foreign text={table} />, {origin}
      </div>
    </>
  );
}

/** What the test found, line by line. @param decides whether to say what the rule decides, where nothing else says it */
export function Found({
  test,
  decides: saysDecides = true,
}: {
  readonly test: RuleTest;
  readonly decides?: boolean;
}): JSX.Element {
  const { executed, notExecuted, bounds, decides } = ruleTestText(test);
  return (
    <div class="rule-found">
      <div>{executed}</div>
      {notExecuted !== null && <div>{notExecuted}</div>}
      {bounds !== null && <div class="quiet">{bounds}</div>}
      {saysDecides && decides !== null && <div>{decides}</div>}
    </div>
  );
}

function Earned({ test }: { readonly test: RuleTest }): JSX.Element {
  const { because, reduced } = ruleTestText(test);
  const claim = (title: string, earned: keyof typeof EARNED_WORDS): ComponentChildren => (
    <div>
      {earned === 'none' && <LevelSign level="warning" />} {title}
      <strong>{EARNED_WORDS[earned]}</strong>
    </div>
  );
  const { earned, notExecuted } = test.strength;
  return (
    <>
      {notExecuted === undefined || notExecuted === earned ? (
        claim('', earned)
      ) : (
        <>
          {claim('executed: ', earned)}
          {claim('not executed: ', notExecuted)}
        </>
      )}
      {reduced && because !== null && (
        <div class="quiet">
          <Foreign text={because} />
        </div>
      )}
    </>
  );
}
