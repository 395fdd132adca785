from django.db import connection
from task_manager.django.decorators import task

UPSERT = """
    insert into provisioning_provisioningactivity (user_id, academy_id, cohort, minutes, noted_at)
    values (%s, %s, %s, 1, now())
    on conflict (user_id, academy_id, cohort) do update set minutes = provisioning_provisioningactivity.minutes + 1
"""


@task(priority=5)
def async_gitpod_activity(user_id: int, academy_id: int, cohort: str = "", **_) -> None:
    """Counts a minute of somebody's machine."""
    # Django's update_or_create takes a lock too many for what comes in here.
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [user_id, academy_id, cohort])
