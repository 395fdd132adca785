from task_manager.django.dispatch import Emisor

emisor = Emisor("breathecode.admissions")

cohort_user_created = emisor.signal("cohort_user_created")
student_edu_status_updated = emisor.signal("student_edu_status_updated")
