from task_manager.django.dispatch import Emisor

emisor = Emisor("breathecode.feedback")

survey_answered = emisor.signal("survey_answered")
