BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.149','network-148','deployment-137','instance_id-135');
INSERT INTO "addresses" VALUES('10.9.1.32','network-281','deployment-270','instance_id-268');
INSERT INTO "addresses" VALUES('10.0.0.2','default','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5');
INSERT INTO "addresses" VALUES('10.0.0.3','default','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4');
INSERT INTO "addresses" VALUES('10.0.0.4','default','shop','78e51061-7311-48a3-82ce-6f447ed4d57b');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE compiled_packages (
	stemcell_os TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	dependency_key TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (stemcell_os, stemcell_version, fingerprint, dependency_key)
);
INSERT INTO "compiled_packages" VALUES('stemcell_os-1017','stemcell_version-1019','fingerprint-1015','dependency_key-1016',50,'{"package":"package-1014","fingerprint":"fingerprint-1015","dependency_key":"dependency_key-1016","stemcell_os":"stemcell_os-1017","stemcell_version":"stemcell_version-1019","blob":{"blob_id":"blob_id-1022","digest":"digest-1023","size":1024}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-1029','stemcell_version-1031','fingerprint-1027','dependency_key-1028',52,'{"package":"package-1026","fingerprint":"fingerprint-1027","dependency_key":"dependency_key-1028","stemcell_os":"stemcell_os-1029","stemcell_version":"stemcell_version-1031","blob":{"blob_id":"blob_id-1034","digest":"digest-1035","size":1036}}');
CREATE TABLE configs (
	config_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	deleted BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (config_id)
);
INSERT INTO "configs" VALUES(1,'cloud','default',0,94,'{"config_id":1,"kind":"cloud","name":"default","content":"azs: [{name: z1}, {name: z2}]\nvm_types: [{name: small, cloud_properties: {ram: 1}}, {name: large}]\ndisk_types: [{name: data, disk_size: 64}, {name: more, disk_size: 128}]\nnetworks:\n- name: default\n  type: manual\n  subnets:\n  - range: 10.0.0.0/24\n    gateway: 10.0.0.1\n    dns: [10.0.0.2]\n    azs: [z1, z2]\n    static: [10.0.0.100-10.0.0.110]\ncompilation: {workers: 2, network: default, az: z1, vm_type: small}\n","created_at":"2026-01-01T00:00:00+00:00","deleted":false}');
INSERT INTO "configs" VALUES(842,'kind-843','name-844',0,38,'{"config_id":842,"kind":"kind-843","name":"name-844","content":"content-845","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(848,'kind-849','name-850',1,40,'{"config_id":848,"kind":"kind-849","name":"name-850","content":"content-851","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',848);
INSERT INTO "counters" VALUES('task',1092);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-815',34,'{"name":"name-815","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
INSERT INTO "deployments" VALUES('name-817',36,'{"name":"name-817","manifest":"manifest-819","cloud_config_ids":[822],"runtime_config_ids":[825],"releases":[["releases-829","releases-831"]],"stemcells":[{"name":"name-835","version":"version-837","os":"os-838"}],"variable_set":"variable_set-840"}');
INSERT INTO "deployments" VALUES('shop',92,'{"name":"shop","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
CREATE TABLE disks (
	disk_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	orphaned BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (disk_id), 
	CONSTRAINT disks_state CHECK (state IN ('creating', 'detached', 'attaching', 'attached', 'detaching', 'orphaned', 'deleting'))
);
INSERT INTO "disks" VALUES('disk_id-594','deployment-596','instance_id-599','creating',0,18,'{"disk_id":"disk_id-594","deployment":"deployment-596","instance_id":"instance_id-599","state":"creating","size_mib":601,"cloud_properties":{"cloud_properties-602":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-606","cpi":"cpi-608","vm_cid":"vm_cid-611","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-614","az":"az-617","hint":{"hint-619":[1,null]},"variables":{"variables-620":"variables-622"}}');
INSERT INTO "disks" VALUES('disk_id-624','deployment-626','instance_id-629','detached',0,20,'{"disk_id":"disk_id-624","deployment":"deployment-626","instance_id":"instance_id-629","state":"detached","size_mib":631,"cloud_properties":{"cloud_properties-632":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-636","cpi":"cpi-638","vm_cid":"vm_cid-641","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-644","az":"az-647","hint":{"hint-649":[1,null]},"variables":{"variables-650":"variables-652"}}');
INSERT INTO "disks" VALUES('disk_id-654','deployment-656','instance_id-659','attaching',0,22,'{"disk_id":"disk_id-654","deployment":"deployment-656","instance_id":"instance_id-659","state":"attaching","size_mib":661,"cloud_properties":{"cloud_properties-662":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-666","cpi":"cpi-668","vm_cid":"vm_cid-671","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-674","az":"az-677","hint":{"hint-679":[1,null]},"variables":{"variables-680":"variables-682"}}');
INSERT INTO "disks" VALUES('disk_id-684','deployment-686','instance_id-689','attached',0,24,'{"disk_id":"disk_id-684","deployment":"deployment-686","instance_id":"instance_id-689","state":"attached","size_mib":691,"cloud_properties":{"cloud_properties-692":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-696","cpi":"cpi-698","vm_cid":"vm_cid-701","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-704","az":"az-707","hint":{"hint-709":[1,null]},"variables":{"variables-710":"variables-712"}}');
INSERT INTO "disks" VALUES('disk_id-714','deployment-716','instance_id-719','detaching',0,26,'{"disk_id":"disk_id-714","deployment":"deployment-716","instance_id":"instance_id-719","state":"detaching","size_mib":721,"cloud_properties":{"cloud_properties-722":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-726","cpi":"cpi-728","vm_cid":"vm_cid-731","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-734","az":"az-737","hint":{"hint-739":[1,null]},"variables":{"variables-740":"variables-742"}}');
INSERT INTO "disks" VALUES('disk_id-744','deployment-746','instance_id-749','orphaned',1,28,'{"disk_id":"disk_id-744","deployment":"deployment-746","instance_id":"instance_id-749","state":"orphaned","size_mib":751,"cloud_properties":{"cloud_properties-752":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-756","cpi":"cpi-758","vm_cid":"vm_cid-761","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-764","az":"az-767","hint":{"hint-769":[1,null]},"variables":{"variables-770":"variables-772"}}');
INSERT INTO "disks" VALUES('disk_id-774','deployment-776','instance_id-779','deleting',0,30,'{"disk_id":"disk_id-774","deployment":"deployment-776","instance_id":"instance_id-779","state":"deleting","size_mib":781,"cloud_properties":{"cloud_properties-782":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-786","cpi":"cpi-788","vm_cid":"vm_cid-791","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-794","az":"az-797","hint":{"hint-799":[1,null]},"variables":{"variables-800":"variables-802"}}');
INSERT INTO "disks" VALUES('disk_id-804','deployment-806','instance_id-809','deleting',0,32,'{"disk_id":"disk_id-804","deployment":"deployment-806","instance_id":"instance_id-809","state":"deleting","size_mib":811,"cloud_properties":{"cloud_properties-812":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null,"variables":{}}');
CREATE TABLE instances (
	instance_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_group TEXT NOT NULL, 
	instance_index BIGINT NOT NULL, 
	run_state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (instance_id), 
	CONSTRAINT instances_run_state CHECK (run_state IN ('started', 'stopped', 'detached'))
);
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]},"prefix":56,"nic_group":"nic_group-57"}],"cpi":"cpi-59","env_variables":{"env_variables-60":"env_variables-62"},"cloud_variables":{"cloud_variables-63":"cloud_variables-65"}},"disk":{"size_mib":68,"cloud_properties":{"cloud_properties-69":[1,null]},"disk_type":"disk_type-70","variables":{"variables-71":"variables-73"}},"jobs":[{"name":"name-77","release":"release-79","release_version":"release_version-81","fingerprint":"fingerprint-82","has_post_deploy":true}],"packages":[{"name":"name-87","version":"version-88","fingerprint":"fingerprint-89","blob":{"blob_id":"blob_id-93","digest":"digest-94","size":95},"dependency_key":"dependency_key-96"}],"templates":{"configuration_hash":"configuration_hash-98","template_hashes":{"template_hashes-99":"template_hashes-100"},"context_digest":"context_digest-101","blob":{"blob_id":"blob_id-105","digest":"digest-106","size":107}},"canary_watch_time":{"min_ms":109,"max_ms":110},"update_watch_time":{"min_ms":112,"max_ms":113},"properties":{"properties-114":[1,null]},"tags":{"tags-115":"tags-116"},"lifecycle":"lifecycle-117","update_strategy":"update_strategy-118","variable_set":"variable_set-120","link_groups":["link_groups-122"],"dns_aliases":[{"dns_aliases-124":[1,null]}]},"converged":true,"converged_by":128,"ignored":true,"resurrection_paused":true,"post_deployed_by":133}');
INSERT INTO "instances" VALUES('instance_id-135','deployment-137','group-139',140,'stopped',4,'{"instance_id":"instance_id-135","deployment":"deployment-137","group":"group-139","index":140,"az":"az-143","bootstrap":true,"addresses":[{"network":"network-148","ip":"10.9.0.149","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-155","group":"group-157","index":158,"instance_id":"instance_id-160","az":"az-163","bootstrap":true,"vm":{"stemcell":{"name":"name-168","version":"version-170","os":"os-171"},"cloud_properties":{"cloud_properties-172":[1,null]},"env":{"env-173":[1,null]},"networks":[{"name":"name-177","kind":"kind-178","ip":"10.9.0.179","netmask":"netmask-181","gateway":"10.9.0.182","dns":["dns-184"],"default":["default-186"],"cloud_properties":{"cloud_properties-187":[1,null]},"prefix":189,"nic_group":"nic_group-190"}],"cpi":"cpi-192","env_variables":{"env_variables-193":"env_variables-195"},"cloud_variables":{"cloud_variables-196":"cloud_variables-198"}},"disk":{"size_mib":201,"cloud_properties":{"cloud_properties-202":[1,null]},"disk_type":"disk_type-203","variables":{"variables-204":"variables-206"}},"jobs":[{"name":"name-210","release":"release-212","release_version":"release_version-214","fingerprint":"fingerprint-215","has_post_deploy":true}],"packages":[{"name":"name-220","version":"version-221","fingerprint":"fingerprint-222","blob":{"blob_id":"blob_id-226","digest":"digest-227","size":228},"dependency_key":"dependency_key-229"}],"templates":{"configuration_hash":"configuration_hash-231","template_hashes":{"template_hashes-232":"template_hashes-233"},"context_digest":"context_digest-234","blob":{"blob_id":"blob_id-238","digest":"digest-239","size":240}},"canary_watch_time":{"min_ms":242,"max_ms":243},"update_watch_time":{"min_ms":245,"max_ms":246},"properties":{"properties-247":[1,null]},"tags":{"tags-248":"tags-249"},"lifecycle":"lifecycle-250","update_strategy":"update_strategy-251","variable_set":"variable_set-253","link_groups":["link_groups-255"],"dns_aliases":[{"dns_aliases-257":[1,null]}]},"converged":true,"converged_by":261,"ignored":true,"resurrection_paused":true,"post_deployed_by":266}');
INSERT INTO "instances" VALUES('instance_id-268','deployment-270','group-272',273,'detached',6,'{"instance_id":"instance_id-268","deployment":"deployment-270","group":"group-272","index":273,"az":"az-276","bootstrap":true,"addresses":[{"network":"network-281","ip":"10.9.1.32","static":true}],"run_state":"detached","spec":{"deployment":"deployment-288","group":"group-290","index":291,"instance_id":"instance_id-293","az":"az-296","bootstrap":true,"vm":{"stemcell":{"name":"name-301","version":"version-303","os":"os-304"},"cloud_properties":{"cloud_properties-305":[1,null]},"env":{"env-306":[1,null]},"networks":[{"name":"name-310","kind":"kind-311","ip":"10.9.1.62","netmask":"netmask-314","gateway":"10.9.1.65","dns":["dns-317"],"default":["default-319"],"cloud_properties":{"cloud_properties-320":[1,null]},"prefix":322,"nic_group":"nic_group-323"}],"cpi":"cpi-325","env_variables":{"env_variables-326":"env_variables-328"},"cloud_variables":{"cloud_variables-329":"cloud_variables-331"}},"disk":{"size_mib":334,"cloud_properties":{"cloud_properties-335":[1,null]},"disk_type":"disk_type-336","variables":{"variables-337":"variables-339"}},"jobs":[{"name":"name-343","release":"release-345","release_version":"release_version-347","fingerprint":"fingerprint-348","has_post_deploy":true}],"packages":[{"name":"name-353","version":"version-354","fingerprint":"fingerprint-355","blob":{"blob_id":"blob_id-359","digest":"digest-360","size":361},"dependency_key":"dependency_key-362"}],"templates":{"configuration_hash":"configuration_hash-364","template_hashes":{"template_hashes-365":"template_hashes-366"},"context_digest":"context_digest-367","blob":{"blob_id":"blob_id-371","digest":"digest-372","size":373}},"canary_watch_time":{"min_ms":375,"max_ms":376},"update_watch_time":{"min_ms":378,"max_ms":379},"properties":{"properties-380":[1,null]},"tags":{"tags-381":"tags-382"},"lifecycle":"lifecycle-383","update_strategy":"update_strategy-384","variable_set":"variable_set-386","link_groups":["link_groups-388"],"dns_aliases":[{"dns_aliases-390":[1,null]}]},"converged":true,"converged_by":394,"ignored":true,"resurrection_paused":true,"post_deployed_by":399}');
INSERT INTO "instances" VALUES('instance_id-401','deployment-403','group-405',406,'started',8,'{"instance_id":"instance_id-401","deployment":"deployment-403","group":"group-405","index":406,"az":"az-409","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('cd613e30-d8f1-4adf-91b7-584a2265b1f5','shop','idle',0,'started',80,'{"instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","deployment":"shop","group":"idle","index":0,"az":"z1","bootstrap":true,"addresses":[{"network":"default","ip":"10.0.0.2","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('1e2feb89-414c-443c-9027-c4d1c386bbc4','shop','idle',1,'started',82,'{"instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","deployment":"shop","group":"idle","index":1,"az":"z2","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.3","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('78e51061-7311-48a3-82ce-6f447ed4d57b','shop','idle',2,'started',84,'{"instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","deployment":"shop","group":"idle","index":2,"az":"z1","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.4","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
CREATE TABLE journal (
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	task_id BIGINT, 
	phase TEXT NOT NULL, 
	step TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (sequence), 
	CONSTRAINT journal_phase CHECK (phase IN ('intent', 'result', 'failure', 'note'))
);
INSERT INTO "journal" VALUES(1,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(2,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(3,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(4,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(5,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(6,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(7,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(8,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(9,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(10,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(11,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(12,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(13,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(14,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(15,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(16,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(17,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(18,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(19,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(20,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(21,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(22,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(23,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(24,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(25,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(26,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(27,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(28,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(29,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(30,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(31,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(32,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(33,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(34,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(35,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(36,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(37,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(38,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(39,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(40,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(41,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(42,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(43,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(44,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(45,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(46,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(47,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(48,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(49,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(50,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(51,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(52,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(53,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(54,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(55,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(56,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(57,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(58,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(59,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(60,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(61,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(62,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(63,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(64,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(65,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(66,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(67,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(68,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(69,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(70,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(71,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(72,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(73,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(74,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(75,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(76,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(77,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(78,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(79,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(80,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(81,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(82,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(83,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(84,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(85,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(86,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(87,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(88,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(89,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(90,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(91,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(92,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(93,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(94,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(95,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(96,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(97,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(98,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
CREATE TABLE releases (
	name TEXT NOT NULL, 
	release_version TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, release_version)
);
INSERT INTO "releases" VALUES('name-855','version-857',42,'{"name":"name-855","version":"version-857","manifest":{"name":"name-860","version":"version-862","commit_hash":"commit_hash-863","uncommitted_changes":true,"jobs":[{"name":"name-868","version":"version-869","fingerprint":"fingerprint-870","digest":"digest-871","spec":{"templates":[{"source":"source-875","destination":"destination-876"}],"packages":["packages-879"],"properties":[{"name":"name-882","description":"description-883","default":"default-885"}],"consumes":[{"name":"name-888","type":"type-889","optional":true}],"provides":[{"name":"name-893","type":"type-894","properties":["properties-896"]}],"description":"description-897","properties_schema":"properties_schema-899"}}],"packages":[{"name":"name-903","version":"version-904","fingerprint":"fingerprint-905","digest":"digest-906","dependencies":["dependencies-909"]}],"compiled_packages":[{"name":"name-913","version":"version-914","fingerprint":"fingerprint-915","digest":"digest-916","stemcell_os":"stemcell_os-917","stemcell_version":"stemcell_version-918","dependencies":["dependencies-921"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-923','version-925',44,'{"name":"name-923","version":"version-925","manifest":{"name":"name-928","version":"version-930","commit_hash":"commit_hash-931","uncommitted_changes":true,"jobs":[{"name":"name-936","version":"version-937","fingerprint":"fingerprint-938","digest":"digest-939","spec":{"templates":[{"source":"source-943","destination":"destination-944"}],"packages":["packages-947"],"properties":[{"name":"name-950","description":"description-951","default":"default-953"}],"consumes":[{"name":"name-956","type":"type-957","optional":true}],"provides":[{"name":"name-961","type":"type-962","properties":["properties-964"]}],"description":"description-965","properties_schema":"properties_schema-967"}}],"packages":[{"name":"name-971","version":"version-972","fingerprint":"fingerprint-973","digest":"digest-974","dependencies":["dependencies-977"]}],"compiled_packages":[{"name":"name-981","version":"version-982","fingerprint":"fingerprint-983","digest":"digest-984","stemcell_os":"stemcell_os-985","stemcell_version":"stemcell_version-986","dependencies":["dependencies-989"]}]},"blobs":{"blobs-990":{"blob_id":"blob_id-993","digest":"digest-994","size":995}}}');
CREATE TABLE rotations (
	name TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name), 
	CONSTRAINT rotations_phase CHECK (phase IN ('replacing', 'trusting', 'signing', 'dropping'))
);
INSERT INTO "rotations" VALUES('name-1152','deployment-1154','replacing',70,'{"name":"name-1152","deployment":"deployment-1154","phase":"replacing","successors":{"successors-1156":"successors-1158"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1162}');
INSERT INTO "rotations" VALUES('name-1163','deployment-1165','trusting',72,'{"name":"name-1163","deployment":"deployment-1165","phase":"trusting","successors":{"successors-1167":"successors-1169"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1173}');
INSERT INTO "rotations" VALUES('name-1174','deployment-1176','signing',74,'{"name":"name-1174","deployment":"deployment-1176","phase":"signing","successors":{"successors-1178":"successors-1180"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1184}');
INSERT INTO "rotations" VALUES('name-1185','deployment-1187','dropping',76,'{"name":"name-1185","deployment":"deployment-1187","phase":"dropping","successors":{"successors-1189":"successors-1191"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1195}');
INSERT INTO "rotations" VALUES('name-1196','deployment-1198','dropping',78,'{"name":"name-1196","deployment":"deployment-1198","phase":"dropping","successors":{"successors-1200":"successors-1202"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":null}');
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "settings" VALUES('director_uuid','5a1c7e1d-0000-4000-8000-000000000001');
CREATE TABLE stemcells (
	name TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	cpi TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, stemcell_version, cpi)
);
INSERT INTO "stemcells" VALUES('name-997','version-999','',46,'{"name":"name-997","version":"version-999","os":"os-1000","cid":"cid-1002","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-1004','version-1006','cpi-1011',48,'{"name":"name-1004","version":"version-1006","os":"os-1007","cid":"cid-1009","cpi":"cpi-1011","api_version":1012}');
INSERT INTO "stemcells" VALUES('made-up','1.1','',96,'{"name":"made-up","version":"1.1","os":"made-up","cid":"stemcell-e99630f73a52bc23","cpi":"","api_version":2}');
CREATE TABLE tasks (
	task_id INTEGER NOT NULL, 
	deployment TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (task_id), 
	CONSTRAINT tasks_state CHECK (state IN ('queued', 'processing', 'cancelling', 'cancelled', 'done', 'error', 'timeout'))
);
INSERT INTO "tasks" VALUES(1,'shop','processing',98,'{"task_id":1,"state":"processing","description":"a test","kind":"update_deployment","request":{"manifest":"name: shop\nreleases: []\nstemcells: [{alias: default, os: made-up, version: latest}]\nupdate: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-9000, update_watch_time: 1000-9000}\ninstance_groups:\n- name: idle\n  instances: 3\n  azs: [z1, z2]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]\n  jobs: []\n","manifest_name":"manifest.yml","cloud_config_ids":[],"runtime_config_ids":null,"recreate":false,"fix":false,"dry_run":false,"skip_drain":[],"canaries":null,"max_in_flight":null,"plan_basis":{},"force_latest_variables":false,"rotated":[],"max_destroy":null,"only":[],"exclude":[],"deadline_s":null},"deployment":"shop","user":"me","created_at":"2026-01-01T00:00:00+00:00","started_at":"2026-01-01T00:00:00+00:00","finished_at":null,"result":null,"context_id":""}');
INSERT INTO "tasks" VALUES(1038,'deployment-1045','cancelled',54,'{"task_id":1038,"state":"cancelled","description":"description-1040","kind":"kind-1041","request":{"request-1042":[1,null]},"deployment":"deployment-1045","user":"user-1046","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1053","context_id":"context_id-1054"}');
INSERT INTO "tasks" VALUES(1056,'deployment-1063','done',56,'{"task_id":1056,"state":"done","description":"description-1058","kind":"kind-1059","request":{"request-1060":[1,null]},"deployment":"deployment-1063","user":"user-1064","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1071","context_id":"context_id-1072"}');
INSERT INTO "tasks" VALUES(1074,'deployment-1081','error',58,'{"task_id":1074,"state":"error","description":"description-1076","kind":"kind-1077","request":{"request-1078":[1,null]},"deployment":"deployment-1081","user":"user-1082","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1089","context_id":"context_id-1090"}');
INSERT INTO "tasks" VALUES(1092,'deployment-1099','done',60,'{"task_id":1092,"state":"done","description":"description-1094","kind":"kind-1095","request":{"request-1096":[1,null]},"deployment":"deployment-1099","user":"user-1100","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE variable_sets (
	deployment TEXT NOT NULL, 
	set_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (deployment, set_id)
);
INSERT INTO "variable_sets" VALUES('deployment-1137','set_id-1139',66,'{"deployment":"deployment-1137","set_id":"set_id-1139","versions":{"versions-1140":"versions-1142"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
INSERT INTO "variable_sets" VALUES('deployment-1145','set_id-1147',68,'{"deployment":"deployment-1145","set_id":"set_id-1147","versions":{"versions-1148":"versions-1150"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
CREATE TABLE variables (
	variable_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	deployment TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (variable_id)
);
INSERT INTO "variables" VALUES('variable_id-1103','name-1104',1105,'deployment-1107',62,'{"variable_id":"variable_id-1103","name":"name-1104","number":1105,"deployment":"deployment-1107","variable_type":"variable_type-1108","sealed":"sealed-1109","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":null,"options":{},"alternative_names":[],"certificate":null,"signed_by":null,"waiting":false}');
INSERT INTO "variables" VALUES('variable_id-1112','name-1113',1114,'deployment-1116',64,'{"variable_id":"variable_id-1112","name":"name-1113","number":1114,"deployment":"deployment-1116","variable_type":"variable_type-1117","sealed":"sealed-1118","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":1122,"options":{"options-1123":[1,null]},"alternative_names":["alternative_names-1125"],"certificate":{"subject":"subject-1128","not_before":"2026-01-02T03:04:05.000678+00:00","not_after":"2026-01-02T03:04:05.000678+00:00","is_authority":true},"signed_by":"signed_by-1134","waiting":true}');
CREATE TABLE vms (
	agent_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (agent_id), 
	CONSTRAINT vms_state CHECK (state IN ('creating', 'running', 'deleting'))
);
INSERT INTO "vms" VALUES('agent_id-412','deployment-414','instance_id-417','creating',10,'{"agent_id":"agent_id-412","deployment":"deployment-414","instance_id":"instance_id-417","state":"creating","stemcell":{"name":"name-421","version":"version-423","os":"os-424"},"cloud_properties":{"cloud_properties-425":[1,null]},"env_digest":"env_digest-426","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-430","cpi":"cpi-432","active":true,"purpose":"purpose-434","created_by":437,"networks":[{"name":"name-441","kind":"kind-442","ip":"10.9.1.193","netmask":"netmask-445","gateway":"10.9.1.196","dns":["dns-448"],"default":["default-450"],"cloud_properties":{"cloud_properties-451":[1,null]},"prefix":453,"nic_group":"nic_group-454"}],"cloud_variables":{"cloud_variables-455":"cloud_variables-457"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-463","ip":"10.9.1.214","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-467','deployment-469','instance_id-472','running',12,'{"agent_id":"agent_id-467","deployment":"deployment-469","instance_id":"instance_id-472","state":"running","stemcell":{"name":"name-476","version":"version-478","os":"os-479"},"cloud_properties":{"cloud_properties-480":[1,null]},"env_digest":"env_digest-481","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-485","cpi":"cpi-487","active":true,"purpose":"purpose-489","created_by":492,"networks":[{"name":"name-496","kind":"kind-497","ip":"10.9.1.248","netmask":"netmask-500","gateway":"10.9.2.1","dns":["dns-503"],"default":["default-505"],"cloud_properties":{"cloud_properties-506":[1,null]},"prefix":508,"nic_group":"nic_group-509"}],"cloud_variables":{"cloud_variables-510":"cloud_variables-512"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-518","ip":"10.9.2.19","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-522','deployment-524','instance_id-527','deleting',14,'{"agent_id":"agent_id-522","deployment":"deployment-524","instance_id":"instance_id-527","state":"deleting","stemcell":{"name":"name-531","version":"version-533","os":"os-534"},"cloud_properties":{"cloud_properties-535":[1,null]},"env_digest":"env_digest-536","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-540","cpi":"cpi-542","active":true,"purpose":"purpose-544","created_by":547,"networks":[{"name":"name-551","kind":"kind-552","ip":"10.9.2.53","netmask":"netmask-555","gateway":"10.9.2.56","dns":["dns-558"],"default":["default-560"],"cloud_properties":{"cloud_properties-561":[1,null]},"prefix":563,"nic_group":"nic_group-564"}],"cloud_variables":{"cloud_variables-565":"cloud_variables-567"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-573","ip":"10.9.2.74","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-577','deployment-579','instance_id-582','deleting',16,'{"agent_id":"agent_id-577","deployment":"deployment-579","instance_id":"instance_id-582","state":"deleting","stemcell":{"name":"name-586","version":"version-588","os":"os-589"},"cloud_properties":{"cloud_properties-590":[1,null]},"env_digest":"env_digest-591","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('35bf992d-c9e9-4616-a12e-7696a6cecc1b','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5','creating',86,'{"agent_id":"35bf992d-c9e9-4616-a12e-7696a6cecc1b","deployment":"shop","instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-cff975546dbd2756","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.2","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('e4b06ce6-0741-47a8-bce4-2c8218072e8c','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4','creating',88,'{"agent_id":"e4b06ce6-0741-47a8-bce4-2c8218072e8c","deployment":"shop","instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-f24aa8d1e03f773d","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.3","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','shop','78e51061-7311-48a3-82ce-6f447ed4d57b','creating',90,'{"agent_id":"9b810e76-6ec9-4286-a3ca-828dd5f4b3b2","deployment":"shop","instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-29c7a9dc654966eb","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.4","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
CREATE INDEX addresses_instance_id ON addresses (instance_id);
CREATE INDEX configs_kind_name ON configs (kind, name);
CREATE INDEX disks_deployment ON disks (deployment);
CREATE INDEX disks_orphaned ON disks (orphaned);
CREATE INDEX instances_deployment ON instances (deployment);
CREATE INDEX journal_task_id ON journal (task_id, sequence);
CREATE INDEX tasks_deployment ON tasks (deployment);
CREATE INDEX tasks_state ON tasks (state);
CREATE INDEX vms_deployment ON vms (deployment);
CREATE INDEX vms_instance_id ON vms (instance_id);
CREATE UNIQUE INDEX variables_name_number ON variables (name, number);
CREATE INDEX variables_deployment ON variables (deployment);
COMMIT;
