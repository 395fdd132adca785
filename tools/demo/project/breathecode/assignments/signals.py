from task_manager.django.dispatch import Emisor

emisor = Emisor("breathecode.assignments")

# Sent with .delay(): task_manager.django.tasks.execute_signal runs the receivers in a worker.
assignment_status_updated = emisor.signal("assignment_status_updated")
revision_status_updated = emisor.signal("revision_status_updated")
