-- The rows of the library's table. Fingerprints of each situation: celery's and the library's real behaviour, see the
-- table of situations. The numbers a to d are 16 bits of chance each.
-- "create table as" and not "insert": only that uses several processes. The exact definition follows below.
create table task_manager_taskmanager as
select id, current_page, total_pages,
  case when situation in (11, 12, 13) then 2 + (h >> 7 & 3)::int % 3 when failure = 2 then 10 else 1 end as attempts,
  module::varchar(200) as task_module, name::varchar(200) as task_name,
  case when reverse is not null then module end::varchar(200) as reverse_module, reverse::varchar(200) as reverse_name,
  exception_module::varchar(200) as exception_module, exception_name::varchar(200) as exception_name,
  ('{"args": [' || args || '], "kwargs": {' || concat_ws(', ', kwargs, case when total_pages > 1 then '"total_pages": ' || total_pages end, '"task_manager_id": ' || manager_id) || '}}')::jsonb as arguments,
  status::varchar(20) as status, status_message,
  case when overwritten or situation = 2 then '' else overlay(overlay(md5((select current_setting('demo.seed')) || ':' || id)
    placing '4' from 13) placing 'a' from 17)::uuid::text end::varchar(36) as task_id,
  killed, to_timestamp(run) as last_run, to_timestamp(started) as started_at, to_timestamp(created) as created_at,
  to_timestamp(case
    when situation = 2 then created + 0.001::float8
    -- The first message's save: soon after its own, or late, when it put SCHEDULED back over a run that had begun.
    when situation = 6 then created + (60 + c % 900) / 1000::float8
    when status = 'SCHEDULED' then created + (4 + c % 30) / 1000::float8
    when status = 'DONE' then run + (20 + c % 900 + case when d % 7 = 0 then c else 0 end) / 1000::float8
    when status in ('PAUSED', 'CANCELLED', 'REVERSED') then run + (600 + c) / 1000::float8
    when situation = 14 then run + (900 + c % 9000) / 1000::float8
    when status = 'ERROR' then run + (15 + c % 5000) / 1000::float8
    else run + (9 + c % 12) / 1000::float8
  end) as updated_at,
  status = 'DONE' and d % 500 = 0 as fixed, priority
from (
  select *,
    case when not (overwritten or situation = 2) then id end as manager_id,
    case
      when status = 'SCHEDULED' then 0
      when situation = 17 then 1 + a % greatest(pages - 1, 1)
      when situation = 22 then 2
      else pages
    end as current_page,
    case when situation = 22 then 1 else pages end as total_pages,
    case failure when 1 then (array['builtins', 'requests.exceptions', 'django.db.utils', 'builtins', 'capyc.rest_framework.exceptions'])[1 + a % 5]
      when 2 then 'task_manager.core.exceptions' when 3 then 'task_manager.core.exceptions' end as exception_module,
    case failure when 1 then (array['AttributeError', 'ConnectionError', 'IntegrityError', 'KeyError', 'ValidationException'])[1 + a % 5]
      when 2 then 'RetryTask' when 3 then 'AbortTask' end as exception_name,
    case
      when status = 'SCHEDULED' then null
      when situation = 14 then format('Circuit "%s" OPEN until %s (5 failures, %s sec remaining) (last_failure: ConnectionError(''timed out''))',
        name, to_char(to_timestamp(run + 30) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00:00'), 8 + b % 22)
      when failure = 1 then (array['''NoneType'' object has no attribute ''slug''', 'HTTPSConnectionPool(host=''api.partner.example'', port=443): Max retries exceeded',
        'duplicate key value violates unique constraint "admissions_cohortuser_pkey"', '''academy''', 'Invalid «cohort» – código no válido'])[1 + a % 5]
      when failure = 2 then format('Object %s not found yet', b)
      when failure = 3 then (array['Cohort not found', 'User has no profile in this academy', 'Nothing to do', 'Already processed'])[1 + a % 4]
      else ''
    end as status_message,
    status = 'PAUSED' and a % 3 > 0 or status = 'CANCELLED' and a % 2 = 0 or status = 'DONE' and d % 250 = 1 as killed
  from (
    select d.h, d.rn, coalesce(l.object, d.rn) as object, d.rn * 3 + 12000000 + (d.h & 1) as id, s.status, s.situation, t.module, t.name, t.shape, t.priority, t.pages,
      t.reverse, a, b, c, dd as d,
      (s.status = 'DONE' and dd % 1000 < t.race) or s.situation = 21 as overwritten,
      case when s.situation <> 0 then 0 when s.status = 'ERROR' then case when a % 9 = 0 then 2 else 1 end when s.status = 'ABORTED' then 3 else 0 end as failure,
      -- The library takes last_run before it inserts the row, and before it sets started_at.
      d.last_run as run, d.created + case when s.status = 'SCHEDULED' then (1 + b % 5) / 1000::float8 else 0 end as created,
      case
        when s.status = 'SCHEDULED' then null
        when s.situation in (9, 11, 12, 13, 17) then d.created + (40 + b % 7000) / 1000::float8
        else d.last_run + (2 + b % 4) / 1000::float8
      end as started,
      case when s.ran then 'ran' when s.status = 'ERROR' then 'refused' else 'lost' end as outcome,
      demo.signal_of(a, l.sends, s.ran, s.situation) as signal
    from demo.draft d
    join demo.segment s using (segment)
    join demo.task_type t using (type)
    left join demo.linked l on l.rn = d.rn
    cross join lateral (select (d.h >> 3 & 65535)::int as a, (d.h >> 19 & 65535)::int as b, (d.h >> 35 & 65535)::int as c, (d.h >> 47 & 65535)::int as dd) chance
  ) base
  cross join lateral (
    select case shape
      when 0 then (array['"breathecode.assignments", "assignment_status_updated", "breathecode.assignments.models", "Task"',
          '"breathecode.assignments", "revision_status_updated", "breathecode.assignments.models", "Task"',
          '"breathecode.admissions", "student_edu_status_updated", "breathecode.admissions.models", "CohortUser"',
          '"breathecode.admissions", "cohort_user_created", "breathecode.admissions.models", "CohortUser"',
          '"breathecode.feedback", "survey_answered", "breathecode.feedback.models", "Answer"',
          '"breathecode.events", "event_saved", "breathecode.events.models", "Event"'])[1 + signal] || ', ' || (500000 + object)
      when 1 then format('"https://hooks.example.com/in/%s", {"hook": {"id": %s, "event": "%s"}, "data": {"id": %s, "user": {"first_name": "%s", "email": "student%s@example.org"}}}', hook, hook, (array['assignment.assignment_status_updated', 'cohort_user.added', 'event.attended', 'form_entry.won'])[1 + a % 4], 10000 + b, person, c)
      when 2 then (300000 + rn)::text
      when 3 then (500000 + rn)::text
      when 4 then concat_ws(', ', (1 + a % 40)::text, (20000 + rn)::text, case when a % 4 = 0 then '"student"' end)
      when 5 then (80000 + rn)::text
      when 6 then (100 + b)::text
      when 7 then format('%s, %s', 1 + a % 400, 20000 + b)
      when 8 then (100 + b)::text
      when 11 then format('{"id": %s, "title": "Introducción a Python – sección %s", "tags": ["データ", "ñandú", "emoji 🐍"], "author": {"name": "%s", "languages": {"es": 1, "pt-BR": 0.5}}, "draft": %s}', b, a % 30, person, case when c % 2 = 0 then 'true' else 'null' end)
      when 12 then format('"asset-%s", %s', a % 900, 9007199254740993 + b * 1000003::bigint)
      when 13 then format('[%s, %s, %s, %s]', 100 + a, 101 + a, 107 + b, 113 + c)
      when 14 then format('"%s-%s"', (array['madrid', 'miami', 'são-paulo', 'köln', 'santiago'])[1 + a % 5], 1 + b % 60)
      when 16 then (1 + b % 400)::text
      when 20 then (500000 + rn)::text
      when 21 then format('%s, "%s", %s', 20000 + b, (array['login', 'open_syllabus_module', 'read_assignment', 'event_checkin_created'])[1 + a % 4], 100 + c)
      when 22 then format('"%s", %s', (array['admissions.CohortUser', 'marketing.Tag', 'events.Event'])[1 + a % 3], 500000 + rn)
      when 24 then format('%s, %s', 1 + a % 40, 20000 + rn)
      when 25 then concat_ws(', ', (20000 + rn)::text, case when a % 3 = 0 then 1 + b % 4 end)
      when 26 then (1 + b % 12)::text
      when 27 then format('"asset-%s"', 500000 + rn)
      when 17 then format('%s, "2026-%s-%sT00:00:00Z"', 100 + b, lpad((1 + a % 12)::text, 2, '0'), lpad((1 + c % 28)::text, 2, '0'))
      when 18 then format('%s, null, "<p>Hola & <b>bienvenida</b> a la cohorte %s</p>", [1, {"a": []}]', b, a % 300)
      else ''
    end as args, case shape
      when 0 then '"extra": ' || case when a % 5 = 0 then format('{"academy_id": %s, "previous": "PENDING"}', 1 + c % 40) else '{}' end
      when 1 then '"hook_id": ' || coalesce(case when a % 50 > 0 then hook end::text, 'null')
      when 8 then '"force": true'
      when 23 then concat_ws(', ', format('"cohort_id": %s, "user_id": %s', 100 + a % 300, 20000 + rn), case when a % 10 = 0 then '"role": "STUDENT"' end)
      when 28 then format('"hook_id": %s', 500000 + rn)
      when 29 then format('"user_id": %s, "academy_id": %s, "cohort": "cohort-%s"', 20000 + rn, 1 + a % 40, c % 300)
      when 9 then format('"user_id": %s, "academy_id": %s, "cohort": "cohort-%s"', 20000 + b, 1 + a % 40, c % 300)
      when 10 then format('"email": "student%s@example.org", "first_name": "%s"%s', b, person, case when a % 4 = 0 then format(', "token": "%s"', md5(h::text)) else '' end)
      when 16 then '"dry_run": false, "page": 0'
      when 17 then format('"amount": %s.%s, "currency": "%s"', a % 900, lpad((c % 100)::text, 2, '0'), (array['USD', 'EUR', 'BRL'])[1 + b % 3])
    end as kwargs
    from (select (array['María José', 'Łukasz', 'Zoë', '小林', 'Amélie', 'Björn', 'Ольга', 'O''Neil', 'Anaïs', 'Tomás'])[1 + d % 10] as person,
      -- Hooks that got an answer since (ran), that were refused, that were never called again (lost), and deleted ones.
      case when b % 100 = 0 then 3300 + b % 9 when outcome = 'ran' then 1200 + b % 120 when outcome = 'refused' then 2700 + b % 20 else 2200 + b % 260 end as hook) values_of
  ) arguments_of
) shaped
;

alter table task_manager_taskmanager
  alter id set not null, alter attempts set not null, alter task_module set not null, alter task_name set not null,
  alter status set not null, alter task_id set not null, alter killed set not null, alter last_run set not null,
  alter created_at set not null, alter updated_at set not null, alter fixed set not null;
alter table task_manager_taskmanager alter id add generated by default as identity;

insert into demo.demo_truth (id, situation)
select rn * 3 + 12000000 + (h & 1), situation from demo.draft join demo.segment using (segment) where situation > 0 order by 1;
