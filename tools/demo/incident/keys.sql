alter table task_manager_taskmanager add constraint task_manager_taskmanager_pkey primary key (id);
alter table task_manager_scheduledtask add constraint task_manager_scheduledtask_pkey primary key (id);
alter table assignments_learnpackwebhook add constraint assignments_learnpackwebhook_pkey primary key (id);
alter table notify_hook add constraint notify_hook_pkey primary key (id);
alter table authenticate_profileacademy add constraint authenticate_profileacademy_pkey primary key (id);
create index authenticate_profileacademy_user_id on authenticate_profileacademy (user_id);
alter table monitoring_supervisorissue add constraint monitoring_supervisorissue_pkey primary key (id);
alter table assignments_task add constraint assignments_task_pkey primary key (id);
alter table admissions_cohortuser add constraint admissions_cohortuser_pkey primary key (id);
create index admissions_cohortuser_user_id on admissions_cohortuser (user_id);
alter table demo.demo_truth add constraint demo_truth_pkey primary key (id);
-- The next rows of a live system would follow the last ones.
select setval(pg_get_serial_sequence('task_manager_taskmanager', 'id'), (select coalesce(max(id), 1) from task_manager_taskmanager));
