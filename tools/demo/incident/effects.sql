-- What the five tasks with known effects left behind: the effect of every row that ran, none (or only an older one) of the
-- others.
create temporary table effect on commit drop as
select d.rn, t.shape, s.status, s.situation, d.h,
  s.ran,
  to_timestamp(d.last_run) as last_run, to_timestamp(d.created) as created_at,
  (d.h >> 3 & 65535)::int as a, (d.h >> 19 & 65535)::int as b, (d.h >> 35 & 65535)::int as c
from demo.draft d
join demo.segment s using (segment)
join demo.task_type t using (type)
where t.shape between 2 and 5;

-- A few webhooks were deleted meanwhile (b % 40 = 0).
insert into assignments_learnpackwebhook (id, is_streaming, event, status, status_text, payload, student_id, created_at, updated_at)
select 300000 + rn, false, (array['batch', 'open_step', 'test'])[1 + a % 3],
  case when status = 'ERROR' and situation = 0 then 'ERROR' when not ran then 'PENDING' when a % 20 = 0 then 'IGNORED' else 'DONE' end,
  case when status = 'ERROR' and situation = 0 then 'Asset not found: asset-' || a % 900 when ran and a % 20 = 0 then 'Event not supported' end,
  jsonb_build_object('slug', 'asset-' || a % 900, 'telemetry', jsonb_build_object('steps', a % 12, 'workout_session', '[]'::jsonb)),
  20000 + b, created_at - interval '80 ms', case when ran or status = 'ERROR' then last_run + (300 + c % 4000) * interval '1 ms' else created_at - interval '80 ms' end
from effect where shape = 2 and (ran or b % 40 > 0) order by rn;

-- Hooks by number, see rows.sql: answered, never called again (half of them never at all), refused. Deleted: not here.
insert into notify_hook (id, event, target, total_calls, last_call_at, last_response_code, sample_data, created_at, updated_at)
select id, (array['assignment.assignment_status_updated', 'cohort_user.added', 'event.attended', 'form_entry.won'])[1 + id % 4],
  'https://hooks.example.com/in/' || id, case when last_call_at is null then 0 else 40 + id * 7 % 9000 end, last_call_at,
  case when last_call_at is null then null when kind = 'refused' then (array[500, 404, 401, 503])[1 + id % 4] else (array[200, 200, 201, 202, 204])[1 + id % 5] end,
  case when id % 3 = 0 then '[{"id": 7, "status": "PENDING"}]'::jsonb end, now() - interval '400 days', coalesce(last_call_at, now() - interval '400 days')
from (
  select id, kind, case kind
    when 'answered' then now() - interval '37 min' - id % 120 * interval '3 s'
    when 'refused' then now() - interval '38 min' - id % 20 * interval '9 s'
    when 'silent' then case when id % 2 = 0 then now() - interval '240 days' - id % 260 * interval '3 hours' end end as last_call_at
  from (
    select 1200 + i as id, 'answered' as kind from generate_series(0, 119) i
    union all select 2200 + i, 'silent' from generate_series(0, 259) i
    union all select 2700 + i, 'refused' from generate_series(0, 19) i
  ) numbers
) hooks;

-- A trap: some of those that did not run have a role that is older than the task, or one that was never accepted.
insert into authenticate_profileacademy (academy_id, user_id, role_id, email, status, created_at, updated_at)
select 1 + a % 40, 20000 + rn, 'student', 'student' || b || '@example.org', case when not ran and a % 25 > 0 then 'INVITED' else 'ACTIVE' end, made, made
from (select *, case when ran then last_run + (200 + c % 3000) * interval '1 ms' else created_at - interval '90 days' end as made from effect) e
where shape = 4 and (ran or a % 25 = 0 or a % 17 = 0) order by rn;

-- A trap: some issues were tried by an older task and not by this one.
insert into monitoring_supervisorissue (id, supervisor_id, occurrences, attempts, code, fixed, params, error, ran_at, created_at, updated_at)
select 80000 + rn, 1 + a % 30, 1 + b % 20, case when ran then 1 + a % 3 when c % 7 = 0 then 1 else 0 end,
  (array['consumer-not-found', 'pending-provisioning', 'orphan-session'])[1 + a % 3],
  case when ran then a % 5 > 0 when c % 7 = 0 then false end, '{}'::jsonb, 'Session ' || b || ' has no consumer',
  case when ran then last_run + (100 + c % 9000) * interval '1 ms' when c % 7 = 0 then created_at - interval '3 days' end,
  created_at - interval '4 days', case when ran then last_run + interval '9 s' else created_at - interval '3 days' end
from effect where shape = 5 order by rn;

insert into assignments_task (id, associated_slug, title, task_type, task_status, revision_status, user_id, cohort_id, created_at, updated_at)
select 500000 + rn, 'project-' || a % 200, 'Proyecto ' || a % 200, 'PROJECT', case when b % 3 = 0 then 'PENDING' else 'DONE' end, 'PENDING',
  20000 + rn, 100 + a % 300, created_at - interval '20 days', created_at - interval '1 s'
from effect where shape = 3 order by rn;

-- Ran: the task's id is in the list that its status says. Otherwise: in the other list, or in none.
insert into admissions_cohortuser (user_id, cohort_id, role, educational_status, history_log, created_at, updated_at)
select 20000 + rn, 100 + a % 300, 'STUDENT', 'ACTIVE',
  jsonb_build_object(
    'delivered_assignments', case when ran and b % 3 > 0 or not ran and a % 5 < 2 and b % 3 = 0 then others || this else others end,
    'pending_assignments', case when ran and b % 3 = 0 or not ran and a % 5 < 2 and b % 3 > 0 then this else '[]'::jsonb end),
  created_at - interval '60 days', case when ran then last_run + interval '700 ms' else created_at - interval '20 days' end
from (select *, jsonb_build_array(jsonb_build_object('id', 500000 + rn, 'type', 'PROJECT')) as this,
  jsonb_build_array(jsonb_build_object('id', 40 + b, 'type', 'EXERCISE')) as others from effect) e
where shape = 3 order by rn;

-- Commands that the library's management command should have published.
insert into task_manager_scheduledtask (task_module, task_name, arguments, status, eta, duration, created_at, updated_at)
select t.module, t.name, jsonb_build_object('args', jsonb_build_array(100 + i), 'kwargs', '{}'::jsonb),
  case when i % 3 = 0 then 'DONE' else 'PENDING' end,
  now() + case when i % 3 = 2 then i * interval '3 hours' else i * interval '-11 minutes' end, interval '1 day', now() - interval '3 days' - i * interval '1 hour', now() - interval '3 days'
from generate_series(1, 60) i
cross join lateral (select module, name from demo.task_type where type = 6 + i % greatest((select count(*) from demo.task_type)::int - 6, 1)) t;
