-- What the receivers of the signals leave behind (../project/breathecode/*/receivers.py). The assignment's signal leaves
-- rows of the task table only, see sent.sql. A row that repeats another one shares its object.
create temporary table signalled on commit drop as
select 500000 + coalesce(l.object, d.rn) as id, coalesce(l.sends, false) as sends, demo.signal_of(a, l.sends, s.ran, s.situation) as signal, s.ran, a, b, c,
  to_timestamp(d.created) as created_at,
  to_timestamp(d.last_run) + case when s.status = 'DONE' then 5 + c % 900 else 200 + c % 3000 end * interval '1 ms' as done,
  -- When other code touched the object, without a word about what this task did: some of them after the task's row was made.
  case when b % 9 = 0 then now() - (1 + c % 800) * interval '1 hour' else to_timestamp(d.created) - (1 + c % 90) * interval '1 hour' end as touched,
  to_timestamp(d.created) - (2 + a % 60) * interval '1 day' as made
from demo.draft d
join demo.segment s using (segment)
left join demo.linked l on l.rn = d.rn
cross join lateral (select (d.h >> 3 & 65535)::int as a, (d.h >> 19 & 65535)::int as b, (d.h >> 35 & 65535)::int as c) chance
where s.type = 0 and not exists (select from demo.linked repeated where not repeated.sends and repeated.object = d.rn);

insert into assignments_task (id, associated_slug, title, task_type, task_status, revision_status, user_id, cohort_id, created_at, updated_at)
select id, 'project-' || b % 200, 'Proyecto ' || b % 200, 'PROJECT', 'DONE', (array['APPROVED', 'REJECTED', 'PENDING'])[1 + c % 3], 20000 + b, 100 + c % 300, made, touched
from signalled where signal = 0 and not sends or signal = 1 order by id;

-- A trap: a quarter of the assignments was looked at before, by an older task.
insert into assignments_taskrevision (task_id, status, created_at)
select id, status, at from (
  select id, (array['APPROVED', 'REJECTED', 'PENDING'])[1 + c % 3] as status, done as at from signalled where signal = 1 and ran
  union all select id, 'REJECTED', created_at - (1 + b % 400) * interval '1 hour' from signalled where signal = 1 and c % 4 = 0
) revisions order by at;

-- A trap: what a student's row says was noted by an older task, for a third of those that did not run.
insert into admissions_cohortuser (id, user_id, cohort_id, role, educational_status, history_log, edu_status_noted_at, created_at, updated_at)
select id, 20000 + id, 100 + c % 300, 'STUDENT', (array['ACTIVE', 'GRADUATED', 'POSTPONED', 'DROPPED'])[1 + b % 4],
  case when noted is not null then '{"edu_statuses": ["ACTIVE"]}'::jsonb end, noted, case when signal = 3 then created_at - interval '60 ms' else made end,
  case when signal = 3 and b % 9 > 0 then created_at - interval '60 ms' else touched end
from (select *, case when signal = 2 and ran then done when signal = 2 and c % 3 = 0 then created_at - (1 + b % 900) * interval '1 hour' end as noted from signalled) s
where signal in (2, 3) order by id;

-- A trap: some who did not get their first week from this task have one from an earlier cohort.
insert into admissions_onboarding (cohort_user_id, steps, created_at, updated_at)
select id, '["profile-picture", "slack", "github", "prework"]', at, greatest(at, case when b % 2 = 0 then touched end)
from (select *, case when ran then done else created_at - (30 + b % 60) * interval '1 day' end as at from signalled) s
where signal = 3 and (ran or a % 40 = 0) order by at;

-- A trap: the surveys are shared, and their average was counted a moment ago, whichever answer was the last.
insert into feedback_survey (id, cohort_id, status, avg_score, scored_at, sent_at, created_at, updated_at)
select i, 100 + i % 300, 'SENT', 5 + i % 50 / 10.0, now() - (37 + i % 90) * interval '1 min', now() - interval '60 days', now() - interval '61 days', now() - (37 + i % 90) * interval '1 min'
from generate_series(1, 400) i where exists (select from signalled);
insert into feedback_answer (id, survey_id, user_id, score, status, sent_at, counted_at, created_at, updated_at)
select id, 1 + c % 400, 20000 + b, 1 + a % 10, 'ANSWERED', made, case when ran then done when b % 30 = 0 then created_at - interval '26 hours' end, made,
  case when b % 9 = 0 then touched else created_at - interval '40 ms' end
from signalled where signal = 4 order by id;

-- A trap: most events that this task did not index were indexed before, when they were saved the last time.
insert into events_event (id, organization_id, slug, title, eventbrite_sync_status, created_at, updated_at)
select id, 1 + a % 40, 'event-' || id, 'Taller de código ' || b, 'PENDING', made, case when b % 9 = 0 then touched else created_at - interval '40 ms' end
from signalled where signal = 5 order by id;
insert into events_eventindexentry (event_id, text, indexed_at)
select id, 'Taller de código ' || b || ' event-' || id, at
from (select *, case when ran then done when b % 3 > 0 then created_at - (1 + c % 1000) * interval '1 hour' end as at from signalled) s
where signal = 5 and at is not null order by at;
