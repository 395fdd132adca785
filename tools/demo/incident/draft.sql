-- One narrow line a row, in the order in which the rows were created: ids follow from it. `h` is the row's only source of
-- chance; a twin takes that of the row that it repeats. Times are seconds since 1970: much cheaper than intervals.
create unlogged table demo.draft as
select row_number() over (order by created, segment, i) as rn, segment, h, last_run, created
from (
  select segment, i, h, last_run,
    -- Retries come two hours apart (RETRY_AFTER in the workspace's settings); pages and a crash loop take their time.
    last_run - case
      when status = 'SCHEDULED' then 0
      when situation in (11, 12, 13) then 7200 * (1 + (h >> 7 & 3) % 3) + 7
      when situation = 17 then 1440 + (h >> 9 & 511)
      when situation = 9 then 72000 + 220 * (h >> 9 & 4095)
      else 0.036::float8 * (1 + (h >> 9 & 255))
    end as created
  from (
    select s.segment, s.status, s.situation, i, h,
      (select extract(epoch from now())::float8) - 3600 * case when s.pin and i = 1 then s.hi
        else s.lo + (s.hi - s.lo) * power((hashint8extended(h, 0) & 2147483647) / 2147483648::float8, s.bend) end as last_run
    from demo.segment s
    cross join lateral generate_series(1, s.n) i
    -- `offset 0`: computed once, not wherever it is used.
    cross join lateral (select hashint8extended(i, hashint8extended(coalesce(s.twin, s.segment), (select current_setting('demo.seed')::bigint))) as h offset 0) chance
  ) aged
) made;
analyze demo.draft;
