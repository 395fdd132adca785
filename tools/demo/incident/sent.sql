-- Whose object a signal is about, where that is not its own: that of the row it repeats, or of the task that its receiver
-- sends. The assignment's signal sends `set_cohort_user_assignments`, and leaves nothing else: each such signal that ran
-- gets one of those rows, the first that was created after it.
create unlogged table demo.linked as
with parent as (
  select d.rn, s.lo >= 906 as old, d.last_run, row_number() over (partition by s.lo >= 906 order by d.last_run, d.rn) as k
  from demo.draft d
  join demo.segment s using (segment)
  where s.type = 0 and s.ran and s.twin is null and (s.status = 'DONE' or s.status = 'SCHEDULED' and s.lo >= 906) and (d.h >> 3 & 65535) % 16 = 0
), child as (
  select d.rn, s.lo >= 906 as old, d.created, row_number() over (partition by s.lo >= 906 order by d.created, d.rn) as n
  from demo.draft d
  join demo.segment s using (segment)
  where s.type = 3 and case when s.lo >= 906 then s.status = 'SCHEDULED' else s.status in ('DONE', 'ERROR', 'ABORTED', 'CANCELLED') end
), both_kinds as (
  -- How many children are older than a second after each parent began.
  select rn, old, k, child, count(*) filter (where child) over (partition by old order by at, child desc, rn) as earlier
  from (select rn, old, last_run + 1 as at, k, false as child from parent union all select rn, old, created, n, true from child) mixed
), turn as (
  -- A queue: nobody takes a child that an earlier parent has.
  select rn, old, k + max(earlier + 1 - k) over (partition by old order by k) as n from both_kinds where not child
)
select turn.rn, child.rn as object, true as sends from turn join child using (old, n)
union all
select repeated.rn, first.rn, false
from demo.segment s
join demo.draft repeated using (segment)
join demo.draft first on first.segment = s.twin and first.h = repeated.h
where s.twin is not null;
analyze demo.linked;

-- Which of the six signals it is: 0 is the one whose receiver sends a task. The import made students and their reviewed assignments: those
-- signals are the most.
create function demo.signal_of(a int, sends boolean, ran boolean, situation smallint) returns int language sql immutable parallel safe
  return case when sends or a % 16 = 0 and not ran and situation <> 2 then 0 else (array[1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 5, 5])[1 + a / 16 % 16] end;
