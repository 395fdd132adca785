// @ts-check
/** Names of the invented platform's tasks, by app: what tasks of a Django school platform are called. */

/** @type {Readonly<Record<string, string>>} */
export const NAMES = {
  activity: `add_activity get_attendancy_log upload_activities sync_activity_stream close_idle_sessions
    build_activity_digest rotate_activity_log`,
  admissions: `build_cohort_user delete_certificates async_test_syllabus sync_cohort_timeslots recalculate_cohort_progress
    close_ended_cohorts remind_cohort_teachers export_cohort_roster assign_cohort_mentor archive_cohort bulk_move_students
    update_student_timezone`,
  assessment: `async_close_userassessment async_regenerate_userassessment grade_assessment publish_scores
    expire_assessment_links import_question_bank`,
  assignments: `student_task_notification teacher_task_notification sync_cohort_assignments serialize_task_mapper
    recalculate_task_grades remind_pending_deliverables import_final_projects clean_orphan_attachments`,
  authenticate: `set_user_group_permissions async_validate_email_invite send_password_reset create_user_from_invite
    async_accept_user_invite delete_expired_tokens sync_github_organization async_add_to_organization import_external_users
    refresh_gravatar`,
  career: `async_run_spider fetch_open_positions match_candidates build_candidate_profile expire_positions`,
  certificate: `remove_screenshot reset_screenshot generate_cohort_certificates generate_one_certificate take_screenshot
    revoke_certificate sync_badges`,
  commons: `clean_task clean_cache warm_cache rebuild_search_index rotate_signing_keys`,
  events: `persist_organization_events async_export_event_to_eventbrite async_eventbrite_webhook mark_live_class_as_started
    build_live_classes_from_timeslot fix_live_class_dates create_event_certificate send_event_reminder
    sync_event_attendees bulk_invite_to_event close_past_events`,
  feedback: `send_cohort_survey send_survey_group process_student_graduation process_answer_received send_mentorship_survey
    recalculate_nps build_survey_report import_external_reviews`,
  freelance: `async_repository_issue_github sync_single_issue sync_billable_hours build_freelancer_bill send_bill_email
    close_bill_period`,
  marketing: `add_event_slug_as_acp add_cohort_slug_as_acp persist_single_lead update_link_viewcount async_activecampaign_webhook
    create_form_entry sync_contact_tags bulk_update_leads add_downloadable_slug_as_acp delete_orphan_tags
    async_update_deal_custom_fields send_welcome_email score_lead export_leads`,
  media: `process_google_webhook resize_image transcode_video sync_media_bucket delete_unused_media build_thumbnail`,
  mentorship: `async_calendly_webhook async_mentorship_session_calendly_webhook check_mentorship_is_empty build_mentor_bill
    close_stale_sessions sync_mentor_availability remind_mentorship_session export_mentor_hours`,
  messaging: `send_slack_digest sync_slack_channels invite_user_to_slack async_slack_command async_slack_action post_cohort_update
    import_slack_members`,
  monitoring: `monitor_app execute_scripts async_unsubscribe_repo async_subscribe_repo async_github_webhook
    run_supervisor check_certificates_expiry sync_uptime_reports`,
  notify: `send_template_email send_push_batch async_slack_dm sync_hook_errors disable_broken_hooks remind_unread
    retry_failed_hooks`,
  payments: `renew_subscription renew_plan_financing fallback_renew_subscription charge_subscription charge_plan_financing
    build_service_stock_scheduler_from_subscription build_subscription build_plan_financing build_free_subscription
    end_the_consumption_session refund_mentoring_session add_cohort_set_to_subscription update_service_stock_schedulers
    alert_plan_is_expiring send_invoice_email sync_stripe_payouts grant_student_capabilities renew_consumables
    expire_coupons reconcile_invoices`,
  provisioning: `async_gitpod_activity upload calculate_bill_amounts build_bill_from_activity archive_provisioning_bill
    sync_container_pool delete_idle_machines`,
  registry: `async_pull_from_github async_test_asset async_create_asset_thumbnail async_regenerate_asset_readme
    async_update_frontend_asset_cache async_execute_seo_report async_synch_repository_content async_download_readme_images
    async_upload_image_to_bucket bulk_translate_assets async_add_syllabus_translations sync_asset_keywords
    recalculate_asset_scores import_asset_telemetry delete_stale_previews`,
  scheduling: `build_week_calendar sync_google_calendar notify_room_change expire_reservations recalculate_conflicts`,
  services: `sync_crm_contacts push_analytics_batch pull_exchange_rates async_translate_text verify_webhook_signatures
    import_partner_catalog`,
};

/** Apps whose tasks call other companies' services. */
export const EXTERNAL_APPS = [
  'certificate',
  'events',
  'marketing',
  'mentorship',
  'messaging',
  'payments',
  'registry',
  'services',
];

/** For more types than the list above has. */
export const VERBS =
  'build sync send update close export import recalculate notify archive delete refresh validate assign'.split(' ');

/** See VERBS. */
export const NOUNS =
  `weekly_report student_badge quiz_result invoice_line mentor_rating lesson_plan scholarship exam_seat
  reading_list lab_machine campus_card attendance_sheet course_review learning_path peer_feedback homework_batch
  alumni_profile tuition_plan calendar_feed grade_book study_group project_review partner_code support_ticket
  onboarding_step live_stream content_block audit_entry discount_rule payment_link`
    .trim()
    .split(/\s+/);
