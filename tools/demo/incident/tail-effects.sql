-- What the largest types without a name in the story leave behind (../project/breathecode/*/tasks.py). Those that send
-- mails, call other companies or write to the cache leave nothing.
create temporary table tail on commit drop as
select t.name, d.rn, 500000 + d.rn as id, 20000 + d.rn as user_id, s.ran, s.status, s.situation, a, b, c,
  s.situation = 0 and s.status in ('ERROR', 'ABORTED') as refused,
  to_timestamp(d.last_run) as last_run, to_timestamp(d.created) as created_at,
  to_timestamp(d.last_run) + case when s.status = 'SCHEDULED' then 200 + c % 3000 else 5 + c % 900 end * interval '1 ms' as done,
  -- Touched by other code since.
  case when b % 9 = 0 then least(to_timestamp(d.created) + (1 + c % 800) * interval '1 hour', now()) end as touched,
  to_timestamp(d.created) - (1 + a % 60) * interval '1 hour' as made
from demo.draft d
join demo.segment s using (segment)
join demo.task_type t using (type)
cross join lateral (select (d.h >> 3 & 65535)::int as a, (d.h >> 19 & 65535)::int as b, (d.h >> 35 & 65535)::int as c) chance
where t.shape >= 20;

insert into admissions_cohort (id, academy_id, slug, current_day, current_module, history_log, history_log_at, created_at, updated_at)
select id, 1 + a % 40, 'cohort-' || id, 1 + b % 60, b % 9, case when ran then '{"1": {"attendance_ids": [1, 2], "current_module": 1}}'::jsonb end,
  case when ran then done when a % 3 = 0 then created_at - interval '1 day' end, made - interval '90 days', coalesce(touched, made)
from tail where name = 'get_attendancy_log' order by id;

-- A trap: one in 25 students has left the cohort since, and one in 20 of the others was in it before.
insert into admissions_cohortuser (id, user_id, cohort_id, role, educational_status, created_at, updated_at)
select id, user_id, 100 + a % 300, 'STUDENT', 'ACTIVE', at, greatest(at, touched)
from (select *, case when ran then done else created_at - (9 + b % 200) * interval '1 day' end as at from tail) s
where name = 'build_cohort_user' and case when ran then b % 25 > 0 else b % 20 = 0 end order by id;

insert into assessment_userassessment (id, assessment_id, owner_id, status, token, total_score, finished_at, created_at, updated_at)
select id, 1 + a % 30, user_id, case when name = 'async_regenerate_userassessment' or b % 50 = 0 and not ran then 'EXPIRED' when ran then 'ANSWERED' else 'SENT' end,
  md5('token' || id), case when name = 'async_close_userassessment' and ran then 40 end, case when name = 'async_close_userassessment' and ran then done end, made,
  coalesce(touched, case when name = 'async_close_userassessment' and ran then done else made end)
from tail where name in ('async_close_userassessment', 'async_regenerate_userassessment') order by id;
insert into assessment_userassessment (assessment_id, owner_id, replaces_id, status, token, created_at, updated_at)
select 1 + a % 30, user_id, id, 'SENT', md5('again' || id), done, greatest(done, touched) from tail where name = 'async_regenerate_userassessment' and ran order by id;

insert into auth_user_groups (user_id, group_id)
select user_id, case when a % 3 = 0 then 1 + b % 4 else 1 end from tail where name = 'set_user_group_permissions' and (ran or b % 10 = 0) order by id;

insert into authenticate_userinvite (id, email, status, email_quality, email_status, created_at, updated_at)
select id, 'student' || b || '@example.org', 'PENDING', case when ran then 0.9 end, case when ran then '{"quality": 0.9}'::jsonb end, made, coalesce(touched, case when ran then done else made end)
from tail where name = 'async_validate_email_invite' order by id;

insert into career_platform (id, name, positions_at, created_at, updated_at)
select id, 'platform-' || id, case when ran then done when a % 2 = 0 then created_at - interval '12 hours' end, made - interval '300 days', coalesce(touched, made)
from tail where name = 'fetch_open_positions' order by id;

-- A trap: spiders and applications are few, and others of their kind ran on them until the workers died.
insert into career_spider (id, name, platform_id, sync_status, sync_desc, synched_at, created_at, updated_at)
select i, 'spider-' || i, 1 + i % 9, 'SYNCHED', 'The service answered 200 to spider-' || i, at, now() - interval '500 days', at
from (select i, now() - (40 + i * 7 % 600) * interval '1 min' as at from generate_series(1, 12) i) s where exists (select from tail where name = 'async_run_spider');
insert into monitoring_application (id, title, status, status_text, checked_at, created_at, updated_at)
select i, 'app-' || i, 'OPERATIONAL', 'OK', at, now() - interval '500 days', at
from (select i, now() - (2220 + i % 300) * interval '1 s' as at from generate_series(1, 12) i) s where exists (select from tail where name = 'monitor_app');

-- A trap: `update_fields` leaves `updated_at` alone, and other code does not.
insert into certificate_userspecialty (id, user_id, cohort_id, status, preview_url, previewed_at, created_at, updated_at)
select id, user_id, 100 + b % 300, 'PERSISTED',
  case when name = 'remove_screenshot' and ran then '' else 'https://storage.example.com/certificates/' || id || '.png' end,
  case when name = 'reset_screenshot' and ran then done else made end, made, coalesce(touched, case when name = 'reset_screenshot' and ran then done else made end)
from tail where name in ('remove_screenshot', 'reset_screenshot') order by id;
insert into certificate_userspecialty (user_id, cohort_id, status, preview_url, previewed_at, deleted_at, created_at, updated_at)
select 20000 + b + i, id, 'PERSISTED', 'https://storage.example.com/certificates/' || id || '-' || i || '.png', made, case when ran then done end, made, coalesce(touched, made)
from tail cross join generate_series(0, 2) i where name = 'delete_certificates' and i <= c % 3 order by id;

insert into events_organization (id, name, sync_status, sync_desc, synched_at, created_at, updated_at)
select id, 'Escuela ' || b, case when ran then 'PERSISTED' when refused and a % 2 = 0 then 'ERROR' else 'PENDING' end,
  case when ran then 'Success' when refused and a % 2 = 0 then 'NOT_FOUND' end, case when ran then done end, made - interval '200 days',
  coalesce(touched, case when ran or refused then done else made end)
from tail where name = 'persist_organization_events' order by id;
insert into events_event (id, organization_id, slug, title, eventbrite_id, eventbrite_sync_status, created_at, updated_at)
select id, 1 + a % 40, 'event-' || id, 'Taller ' || b, case when ran then (90000000 + b)::text end, case when ran then 'SYNCHED' when refused and a % 2 = 0 then 'ERROR' else 'PENDING' end,
  made, coalesce(touched, case when ran then done else made end)
from tail where name = 'async_export_event_to_eventbrite' order by id;

insert into feedback_answer (survey_id, user_id, status, sent_at, created_at, updated_at)
select 1 + a % 40, user_id, 'SENT', done, done, greatest(done, touched) from tail where name = 'send_cohort_survey' and ran order by id;
insert into feedback_survey (id, cohort_id, status, sent_at, created_at, updated_at)
select id, 100 + b % 300, case when ran then 'SENT' else 'PENDING' end, case when ran then done end, made, coalesce(touched, made) from tail where name = 'send_survey_group' order by id;

-- Webhooks keep how they ended; a few were deleted meanwhile.
insert into freelance_repositoryissuewebhook (id, webhook_action, payload, run_at, status, status_text, created_at, updated_at)
select id, (array['issues_opened', 'issues_closed'])[1 + a % 2], jsonb_build_object('issue', jsonb_build_object('number', b)), case when ran or refused then done end,
  case when ran then 'DONE' when refused then 'ERROR' else 'PENDING' end, case when ran then 'OK' when refused then 'Action issues_pinned is not supported' end, made, coalesce(touched, case when ran or refused then done else made end)
from tail where name = 'async_repository_issue_github' and (ran or b % 40 > 0) order by id;
insert into media_googlewebhook (id, message, status, status_text, created_at, updated_at)
select id, '{"attributes": {"file": "transcript.txt"}}', case when ran then 'DONE' when refused then 'ERROR' else 'PENDING' end, case when refused then '''attributes''' end, made,
  coalesce(touched, case when ran or refused then done else made end)
from tail where name = 'process_google_webhook' and (ran or b % 40 > 0) order by id;
insert into mentorship_calendlywebhook (id, organization_hash, event, payload, called_at, status, created_at, updated_at)
select id, md5('academy' || a % 40), 'invitee.created', jsonb_build_object('uuid', id, 'mentor', b), case when ran then done end, case when ran then 'DONE' else 'PENDING' end, made, coalesce(touched, case when ran then done else made end)
from tail where name = 'async_calendly_webhook' and (ran or b % 40 > 0) order by id;

-- A trap: cohorts and events have their tags in the same table, and some cohorts have the number of an event without a tag.
insert into marketing_tag (slug, tag_type, subject_id, acp_id, created_at, updated_at)
select lower(type) || '-' || id, type, id, b::text, done, greatest(done, touched)
from (
  select *, case when name = 'add_event_slug_as_acp' and ran or name <> 'add_event_slug_as_acp' and not ran then 'EVENT' else 'COHORT' end as type from tail
) s
where name in ('add_event_slug_as_acp', 'add_cohort_slug_as_acp') and (ran or b % 3 > 0) order by id;

insert into payments_subscription (id, user_id, status, paid_at, next_payment_at, externally_managed, created_at, updated_at)
select id, user_id, 'ACTIVE', case when ran then done else made - interval '30 days' end, case when ran then made + interval '30 days' else made end, false, made - interval '90 days',
  coalesce(touched, case when ran then done else made - interval '30 days' end)
from tail where name = 'renew_subscription' order by id;
insert into payments_invoice (subscription_id, amount, status, paid_at, created_at, updated_at)
select id, 10 + a % 900, 'FULFILLED', at, at, at from (
  select id, a, done as at from tail where name = 'renew_subscription' and ran union all select id, a, made - interval '30 days' from tail where name = 'renew_subscription'
) invoices order by at;

insert into provisioning_provisioningactivity (user_id, academy_id, cohort, minutes, noted_at)
select user_id, 1 + a % 40, 'cohort-' || c % 300, case when ran then 1 + b % 90 else 1 end, case when ran then done else created_at - interval '2 hours' end
from tail where name = 'async_gitpod_activity' and (ran or b % 3 = 0) order by id;

insert into registry_asset (id, slug, title, readme, sync_status, status_text, last_synch_at, created_at, updated_at)
select id, 'asset-' || id, 'Lección ' || b, case when ran then '# Lección' end, case when ran then 'OK' when refused then 'ERROR' end, case when ran then 'Successfully Synched' when refused then 'timed out' end,
  case when ran then done when a % 2 = 0 then created_at - (1 + b % 90) * interval '1 day' end, made - interval '100 days', coalesce(touched, case when ran or refused then done else made end)
from tail where name = 'async_pull_from_github' order by id;

insert into scheduling_calendar (id, title, weeks, created_at)
select id, 'Calendario ' || b, a % 20, made from tail where name = 'build_week_calendar' order by id;
-- A trap: half of the calendars have an older week.
insert into scheduling_calendarday (calendar_id, weekday, rooms, created_at)
select id, day, '[]', at from (
  select id, done as at from tail where name = 'build_week_calendar' and ran union all select id, created_at - interval '7 days' from tail where name = 'build_week_calendar' and b % 2 = 0
) weeks cross join generate_series(0, 4) day order by at, id, day;
