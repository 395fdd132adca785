from task_manager.django.dispatch import Emisor

emisor = Emisor("breathecode.events")

event_saved = emisor.signal("event_saved")
