/** Output of the Django management command `check_task_status`, which this program replaced, letter for letter. */
export const SEED_EXAMPLE = `Analyzing tasks stuck for more than 906 hours:
================================================================================

Task: task_manager.django.tasks.execute_signal
Count: 66597
Max Hours Stuck: 906.60

Sample Tasks:
ID: 12345678
Arguments: {"instance_id": 98765, "model_path": "breathecode.assignments.Task", "action": "status_updated"}
Last Run: 2025-02-15 10:23:45+00:00
Task ID: 87d6f3a5-c612-49b3-9fe1-23456789abcd
Status Message: None
Attempts: 2
----------------------------------------

Task: breathecode.notify.tasks.async_deliver_hook
Count: 63090
Max Hours Stuck: 906.50

Sample Tasks:
ID: 23456789
Arguments: {"hook_id": 12345, "retry": false}
Last Run: 2025-02-16 08:45:12+00:00
Task ID: 9e45f2a6-d723-48c4-8fd2-34567890bcde
Status Message: None
Attempts: 3
----------------------------------------

Other potentially stuck tasks by status:
================================================================================

Status: PENDING
Count: 1234

Recommendations:
================================================================================

1. Check Celery workers are running and processing tasks
2. Verify Redis connection and queue status
3. Look for any error patterns in the sample tasks
4. Consider resetting stuck tasks or investigating specific task modules
5. Check if the task_manager and actual task function are properly communicating status updates
6. For tasks with successful Celery execution but pending TaskManager status, update the TaskManager database
`;
