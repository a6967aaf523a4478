-- When do dossiers come in, by hour and day of the week, without Tết?
pivot (
  select hour, isodow(submitted) as weekday
  from dossiers
  where submitted not between date '2024-02-08' and date '2024-02-14'
    and submitted not between date '2025-01-25' and date '2025-02-02'
)
on weekday
using count(*)
group by hour
order by hour;
